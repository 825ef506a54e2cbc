"""The embedded network: a small YOLOX-style detector made of plain 3x3 convolutions, which one CPU core runs best."""
import torch
from torch import nn

STRIDES = (8, 16, 32)
# Found on scenes of the seeds 501 to 503, which are neither trained on nor measured.
SCORE_POWER = 0.45
CLASSES = ("person", "vehicle")
INPUT_WIDTH, INPUT_HEIGHT = 448, 256


class Conv(nn.Module):
    """Convolution, batch norm, ReLU. ReLU rather than SiLU: ONNX Runtime fuses it into the convolution."""

    def __init__(self, c_in, c_out, kernel=3, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(c_out, eps=1e-3, momentum=0.03)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


class Block(nn.Module):
    """A residual bottleneck: 1x1 down, 3x3 back up."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.down = Conv(channels, hidden, 1)
        self.up = Conv(hidden, channels, 3)

    def forward(self, x):
        return x + self.up(self.down(x))


class Separable(nn.Sequential):
    """Depthwise 5x5 and pointwise 1x1: a wide view for few weights."""

    def __init__(self, c_in, c_out, kernel=5):
        super().__init__(Conv(c_in, c_in, kernel, groups=c_in), Conv(c_in, c_out, 1))


class Head(nn.Module):
    """One head for all levels' channels: two towers, boxes with objectness and classes."""

    def __init__(self, channels):
        super().__init__()
        self.box_tower = Separable(channels, channels)
        self.class_tower = Separable(channels, channels)
        self.box = nn.Conv2d(channels, 4, 1)
        self.objectness = nn.Conv2d(channels, 1, 1)
        self.classes = nn.Conv2d(channels, len(CLASSES), 1)
        for layer in (self.objectness, self.classes):
            nn.init.constant_(layer.bias, -4.0)

    def forward(self, x):
        boxes = self.box_tower(x)
        return torch.cat([self.box(boxes), self.objectness(boxes), self.classes(self.class_tower(x))], 1)


class Detector(nn.Module):
    """Input [n, 3, 256, 448], BGR 0-255. Output [n, 2352, 7]: x and y offsets and log sizes in strides, objectness, classes.

    While training it gives two such outputs, of logits: of the heads in which several cells answer for an object, which learn
    faster, and of those in which one does (Wang et al. 2024, YOLOv10). Only the second ones are exported: where one cell answers,
    nothing has to be suppressed afterwards, and who stands half behind somebody is kept. Exported, objectness and classes are passed through a sigmoid as in YOLOX, and
    raised to a power so that a score of 0.5, at which the station's tracker divides sure from unsure, suits this network.
    """

    def __init__(self, widths=(16, 24, 48, 80, 112), neck=48, depth=(1, 2, 2, 1)):
        super().__init__()
        w0, w1, w2, w3, w4 = widths
        self.is_export = False
        self.register_buffer("mean", torch.tensor([114.0]).view(1, 1, 1, 1))
        self.stem = Conv(3, w0, 3, 2)
        self.stage1 = self._stage(w0, w1, depth[0])
        self.stage2 = self._stage(w1, w2, depth[1])
        self.stage3 = self._stage(w2, w3, depth[2])
        self.stage4 = self._stage(w3, w4, depth[3])
        self.context = Separable(w4, w4)
        self.side = nn.ModuleList(Conv(w, neck, 1) for w in (w2, w3, w4))
        self.merge3 = Separable(neck, neck, 3)
        self.merge2 = Separable(neck, neck, 3)
        self.down3 = Conv(neck, neck, 3, 2, groups=neck)
        self.down4 = Conv(neck, neck, 3, 2, groups=neck)
        self.out3 = Separable(neck, neck, 3)
        self.out4 = Separable(neck, neck, 3)
        self.heads = nn.ModuleList(Head(neck) for _ in STRIDES)
        self.single_heads = nn.ModuleList(Head(neck) for _ in STRIDES)

    @staticmethod
    def _stage(c_in, c_out, depth):
        return nn.Sequential(Conv(c_in, c_out, 3, 2), *(Block(c_out, c_out // 2) for _ in range(depth)))

    def forward(self, x):
        x = (x - self.mean) * (1 / 64)
        x2 = self.stage2(self.stage1(self.stem(x)))
        x3 = self.stage3(x2)
        x4 = self.context(self.stage4(x3))
        s2, s3, s4 = (side(x) for side, x in zip(self.side, (x2, x3, x4)))
        up = nn.functional.interpolate
        p3 = self.merge3(s3 + up(s4, scale_factor=2.0, mode="nearest"))
        p2 = self.merge2(s2 + up(p3, scale_factor=2.0, mode="nearest"))
        n3 = self.out3(p3 + self.down3(p2))
        n4 = self.out4(s4 + self.down4(n3))
        levels = (p2, n3, n4)
        if self.is_export:
            outs = [head(level) for head, level in zip(self.single_heads, levels)]
            return joined([torch.cat([o[:, :4], o[:, 4:].sigmoid() ** SCORE_POWER], 1) for o in outs])
        return tuple(
            joined([head(level) for head, level in zip(heads, levels)]) for heads in (self.heads, self.single_heads)
        )


def joined(outs):
    """The cells of all levels one after the other: [n, cells, 7]."""
    return torch.cat([o.flatten(2) for o in outs], 2).permute(0, 2, 1)


def grid(width=INPUT_WIDTH, height=INPUT_HEIGHT):
    """Corner of each cell in cells and its stride, in the order of the outputs: [n, 2], [n, 1]."""
    corners, strides = [], []
    for stride in STRIDES:
        ys, xs = torch.meshgrid(
            torch.arange(height // stride), torch.arange(width // stride), indexing="ij"
        )
        corners.append(torch.stack([xs, ys], -1).reshape(-1, 2).float())
        strides.append(torch.full((xs.numel(), 1), float(stride)))
    return torch.cat(corners), torch.cat(strides)


def decode(raw, corners, strides):
    """Raw boxes to centre x, centre y, width, height in input pixels."""
    centre = (raw[..., :2] + corners) * strides
    size = raw[..., 2:4].clamp(max=8).exp() * strides
    return torch.cat([centre, size], -1)
