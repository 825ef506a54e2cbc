"""Which cell answers for which object (SimOTA, Ge et al. 2021, YOLOX) and how wrong each answer is."""
import torch
import torch.nn.functional as F

from data import SEEN_LEAST
from model import CLASSES, decode

CENTRE_RADIUS = 2.0
TOP_CANDIDATES = 10


def to_corners(boxes):
    return torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], -1)


def iou_matrix(a, b):
    """Overlap of each of a [n, 4] with each of b [m, 4], both as corners."""
    top_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = (bottom_right - top_left).clamp(min=0).prod(-1)
    area_a = (a[:, 2:] - a[:, :2]).prod(-1)
    area_b = (b[:, 2:] - b[:, :2]).prod(-1)
    return inner / (area_a[:, None] + area_b[None] - inner + 1e-7)


def assign(boxes, logits, rows, corners, strides, is_single=False):
    """For one picture: indices of the answering cells, the object of each, its overlap; and the cells to leave alone."""
    centres = (corners + 0.5) * strides
    objects = rows[rows[:, 5] >= SEEN_LEAST]
    unclear = rows[rows[:, 5] < SEEN_LEAST]
    is_left_alone = torch.zeros(len(centres), dtype=torch.bool)
    if len(unclear):
        low, high = unclear[:, 1:3], unclear[:, 1:3] + unclear[:, 3:5]
        inside = (centres[:, None] > low[None]) & (centres[:, None] < high[None])
        is_left_alone = inside.all(-1).any(1)
    if not len(objects):
        empty = torch.zeros(0, dtype=torch.long)
        return empty, empty, torch.zeros(0), objects, is_left_alone

    wanted = torch.cat([objects[:, 1:3], objects[:, 1:3] + objects[:, 3:5]], 1)
    middle = (wanted[:, :2] + wanted[:, 2:]) / 2
    inside = ((centres[None] > wanted[:, None, :2]) & (centres[None] < wanted[:, None, 2:])).all(-1)
    near = ((centres[None] - middle[:, None]).abs() < CENTRE_RADIUS * strides[None]).all(-1)
    candidates = (inside | near).any(0).nonzero().squeeze(1)
    overlap = iou_matrix(wanted, to_corners(boxes[candidates]))
    labels = F.one_hot(objects[:, 0].long(), len(CLASSES)).float()
    scores = (logits[candidates, 1:].sigmoid() * logits[candidates, :1].sigmoid()).sqrt().clamp(1e-6, 1 - 1e-6)
    wrong = -(labels[:, None] * scores.log()[None] + (1 - labels[:, None]) * (1 - scores).log()[None]).sum(-1)
    is_good = (inside & near)[:, candidates]
    cost = wrong - 3 * (overlap + 1e-8).log() + 1e5 * ~is_good

    chosen = torch.zeros_like(cost, dtype=torch.bool)
    count = overlap.topk(min(TOP_CANDIDATES, overlap.shape[1]), 1).values.sum(1).int().clamp(min=1)
    if is_single:
        count = torch.ones_like(count)
    order = cost.argsort(1)
    rank = torch.empty_like(order)
    rank.scatter_(1, order, torch.arange(order.shape[1]).expand_as(order).contiguous())
    chosen = rank < count[:, None]
    # A cell that two objects want goes to the one it costs least.
    cost_of_chosen = torch.where(chosen, cost, torch.full_like(cost, float("inf")))
    best, owner = cost_of_chosen.min(0)
    taken = torch.isfinite(best).nonzero().squeeze(1)
    return candidates[taken], owner[taken], overlap[owner[taken], taken], objects, is_left_alone


def detection_loss(outputs, targets, grid_of_model):
    """Mean loss of a batch, of both kinds of heads."""
    several, parts = loss_of(outputs[0], targets, grid_of_model, False)
    single, own = loss_of(outputs[1], targets, grid_of_model, True)
    return several + single, {**parts, **{f"single {key}": value for key, value in own.items()}}


def loss_of(raw, targets, grid_of_model, is_single):
    """Mean loss of a batch: overlap (GIoU) x 7, objectness, classes, and L1 on the raw boxes: tight boxes make good tracks."""
    corners, strides = grid_of_model
    boxes = decode(raw, corners, strides)
    objectness_target = torch.zeros(raw.shape[:2])
    weight = torch.ones(raw.shape[:2])
    sums = {"box": 0.0, "class": 0.0, "l1": 0.0}
    total = 0
    for n in range(raw.shape[0]):
        rows = targets[n][targets[n][:, 0] >= 0]
        with torch.no_grad():
            cells, owner, overlap, objects, left_alone = assign(
                boxes[n].detach(), raw[n, :, 4:].detach(), rows, corners, strides, is_single
            )
        weight[n][left_alone] = 0
        if not len(cells):
            continue
        weight[n][cells] = 1
        objectness_target[n][cells] = 1
        total += len(cells)
        mine = objects[owner]
        wanted = torch.cat([mine[:, 1:3], mine[:, 1:3] + mine[:, 3:5]], 1)
        sums["box"] = sums["box"] + (1 - giou(to_corners(boxes[n, cells]), wanted)).sum()
        labels = F.one_hot(mine[:, 0].long(), len(CLASSES)).float() * overlap[:, None]
        sums["class"] = sums["class"] + F.binary_cross_entropy_with_logits(
            raw[n, cells, 5:], labels, reduction="sum"
        )
        stride = strides[cells]
        centre = (mine[:, 1:3] + mine[:, 3:5] / 2) / stride - corners[cells]
        size = (mine[:, 3:5] / stride).clamp(min=1e-3).log()
        sums["l1"] = sums["l1"] + (raw[n, cells, :4] - torch.cat([centre, size], 1)).abs().sum()
    total = max(total, 1)
    objectness = (
        F.binary_cross_entropy_with_logits(raw[..., 4], objectness_target, reduction="none") * weight
    ).sum()
    parts = {
        "box": 7 * sums["box"] / total,
        "objectness": objectness / total,
        "class": sums["class"] / total,
        "l1": 1.0 * sums["l1"] / total,
    }
    return sum(parts.values()), {key: float(torch.as_tensor(value).detach()) for key, value in parts.items()}


def giou(a, b):
    """Generalised overlap of pairs of corner boxes."""
    inner = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(-1)
    union = (a[:, 2:] - a[:, :2]).prod(-1) + (b[:, 2:] - b[:, :2]).prod(-1) - inner
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(-1)
    return inner / (union + 1e-7) - (hull - union) / (hull + 1e-7)
