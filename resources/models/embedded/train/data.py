"""Rendered frames with hard augmentation: scale, mosaic, colour, blur, noise, JPEG, other backgrounds."""
import json
import os

import cv2
import numpy as np
import torch

from model import INPUT_HEIGHT, INPUT_WIDTH

cv2.setNumThreads(0)
PAD = 114
MAX_OBJECTS = 80
# An object of which less is seen is neither asked for nor punished.
SEEN_LEAST = 0.22
# An object of which this much is seen is hardly hidden.
HIDDEN_MOST = 0.85


class Frames:
    """The frames and truth that export-frames.ts wrote; rows are (label, left, top, width, height, seen)."""

    def __init__(self, folder):
        with open(os.path.join(folder, "truth.json")) as file:
            truth = json.load(file)
        self.width, self.height = truth["width"], truth["height"]
        self.rows = [np.array(rows, np.float32).reshape(-1, 6) for rows in truth["truth"]]
        self.pixels = np.memmap(os.path.join(folder, "frames.bin"), np.uint8, "r").reshape(
            -1, self.height, self.width, 3
        )

    def __len__(self):
        return len(self.rows)

    def bgr(self, index):
        return np.ascontiguousarray(self.pixels[index][..., ::-1])


def letterbox(image, width=INPUT_WIDTH, height=INPUT_HEIGHT):
    """Fits the picture into the top left corner of the input; returns it with the scale."""
    scale = min(width / image.shape[1], height / image.shape[0])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    out = np.full((height, width, 3), PAD, np.uint8)
    out[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return out, scale


class Augmented(torch.utils.data.Dataset):
    """An endless list of training pictures: item n depends on the seed and n only.

    With `crop` (width, height) a picture is cut around one of its objects, which costs less than whole frames full of
    empty ground; without it the whole input is filled, most often by a whole frame as the station sees it. `as_seen` is the share of cuts without any change of scale.
    """

    def __init__(self, frames, seed, count, crop=None, as_seen=0.0):
        self.frames, self.seed, self.count, self.crop, self.as_seen = frames, seed, count, crop, as_seen

    def __len__(self):
        return self.count

    def __getitem__(self, n):
        rng = np.random.default_rng((self.seed, n))
        if self.crop:
            image, rows = self._cut(rng)
        elif rng.random() < 0.12:
            image, rows = self._mosaic(rng)
        else:
            image, rows = self._whole(rng)
        if rng.random() >= self.as_seen * 0.6:
            image = _touch_up(image, rng)
        target = np.zeros((MAX_OBJECTS, 6), np.float32)
        target[:, 0] = -1
        target[: min(len(rows), MAX_OBJECTS)] = rows[:MAX_OBJECTS]
        return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))), torch.from_numpy(target)

    def _frame(self, rng, background):
        index = int(rng.integers(len(self.frames)))
        image, rows = self.frames.bgr(index), self.frames.rows[index]
        if rng.random() < background:
            image = _other_background(image, rows, rng)
        return image, rows

    def _cut(self, rng):
        if rng.random() < self.as_seen:
            return self._window(rng)
        image, rows = self._frame(rng, 0.14)
        scale = INPUT_WIDTH / self.frames.width * float(np.exp(rng.uniform(-0.4, 0.45) * rng.random()))
        around = None
        if len(rows) and rng.random() < 0.9:
            row = rows[int(rng.integers(len(rows)))]
            around = (row[1] + row[3] / 2, row[2] + row[4] / 2)
        return _place(image, rows, rng, self.crop, scale, around=around)

    def _window(self, rng):
        """A window of the input exactly as the station sees it, around an object or at the lower edge."""
        image, rows = self._frame(rng, 0.03)
        fit = INPUT_WIDTH / self.frames.width
        image, rows = _place(image, rows, rng, (INPUT_WIDTH, INPUT_HEIGHT), fit, is_whole=True)
        width, height = self.crop
        left, top = int(rng.integers(INPUT_WIDTH - width + 1)), INPUT_HEIGHT - height
        if len(rows) and rng.random() < 0.8:
            row = _choose(rows, rng)
            left = int(np.clip(row[1] + row[3] / 2 - width * rng.uniform(0.1, 0.9), 0, INPUT_WIDTH - width))
            top = int(np.clip(row[2] + row[4] / 2 - height * rng.uniform(0.1, 0.9), 0, INPUT_HEIGHT - height))
        rows[:, 1] -= left
        rows[:, 2] -= top
        return image[top : top + height, left : left + width], _clip(rows, width, height)

    def _whole(self, rng):
        image, rows = self._frame(rng, 0.06)
        fit = INPUT_WIDTH / self.frames.width
        if rng.random() < 0.65:
            return _place(image, rows, rng, (INPUT_WIDTH, INPUT_HEIGHT), fit, is_whole=True)
        zoom = float(np.exp(rng.uniform(-0.4, 0.5)))
        return _place(image, rows, rng, (INPUT_WIDTH, INPUT_HEIGHT), fit * zoom)

    def _mosaic(self, rng):
        out = np.full((INPUT_HEIGHT, INPUT_WIDTH, 3), PAD, np.uint8)
        cut_x = int(rng.integers(INPUT_WIDTH // 3, 2 * INPUT_WIDTH // 3))
        cut_y = int(rng.integers(INPUT_HEIGHT // 3, 2 * INPUT_HEIGHT // 3))
        all_rows = []
        for left, top, right, bottom in (
            (0, 0, cut_x, cut_y),
            (cut_x, 0, INPUT_WIDTH, cut_y),
            (0, cut_y, cut_x, INPUT_HEIGHT),
            (cut_x, cut_y, INPUT_WIDTH, INPUT_HEIGHT),
        ):
            image, rows = self._frame(rng, 0)
            scale = INPUT_WIDTH / self.frames.width * float(np.exp(rng.uniform(-0.5, 0.4)))
            part, moved = _place(image, rows, rng, (right - left, bottom - top), scale)
            out[top:bottom, left:right] = part
            moved[:, 1] += left
            moved[:, 2] += top
            all_rows.append(moved)
        return out, np.concatenate(all_rows)


def _choose(rows, rng):
    """One of the objects, in half of the cases one that is partly hidden: those are what is missed."""
    hidden = rows[(rows[:, 5] >= SEEN_LEAST) & (rows[:, 5] < HIDDEN_MOST)]
    among = hidden if len(hidden) and rng.random() < 0.5 else rows
    return among[int(rng.integers(len(among)))]


def _place(image, rows, rng, size, scale, is_whole=False, around=None):
    """Cuts a part of the picture at a scale, perhaps mirrored and slightly sheared or stretched."""
    width, height = size
    stretch = 1.0 if is_whole else float(np.exp(rng.uniform(-0.12, 0.12)))
    sx, sy = scale * stretch, scale / stretch
    flip = rng.random() < 0.5
    shown_w, shown_h = image.shape[1] * sx, image.shape[0] * sy
    dx = 0.0 if is_whole else rng.uniform(min(0, width - shown_w), max(0, width - shown_w))
    dy = 0.0 if is_whole else rng.uniform(min(0, height - shown_h), max(0, height - shown_h))
    if around:
        # The object lands somewhere in the middle two thirds.
        dx = np.clip(width * rng.uniform(0.17, 0.83) - around[0] * sx, min(0, width - shown_w), max(0, width - shown_w))
        dy = np.clip(height * rng.uniform(0.17, 0.83) - around[1] * sy, min(0, height - shown_h), max(0, height - shown_h))
    matrix = np.array([[sx, 0, dx], [0, sy, dy]], np.float32)
    if flip:
        matrix = np.array([[-sx, 0, dx + shown_w], [0, sy, dy]], np.float32)
    if scale < 0.5:
        image = cv2.GaussianBlur(image, (3, 3), 0.35 / scale * 0.6)
    fill = PAD if is_whole or rng.random() < 0.5 else int(rng.integers(0, 255))
    out = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
        borderValue=(fill, fill, fill),
    )
    moved = rows.copy()
    left = rows[:, 1] * sx + dx
    if flip:
        left = dx + shown_w - (rows[:, 1] + rows[:, 3]) * sx
    moved[:, 1], moved[:, 2] = left, rows[:, 2] * sy + dy
    moved[:, 3], moved[:, 4] = rows[:, 3] * sx, rows[:, 4] * sy
    return out, _clip(moved, width, height)


def _clip(rows, width, height):
    area = rows[:, 3] * rows[:, 4]
    right = np.clip(rows[:, 1] + rows[:, 3], 0, width)
    bottom = np.clip(rows[:, 2] + rows[:, 4], 0, height)
    rows[:, 1] = np.clip(rows[:, 1], 0, width)
    rows[:, 2] = np.clip(rows[:, 2], 0, height)
    rows[:, 3], rows[:, 4] = right - rows[:, 1], bottom - rows[:, 2]
    share = rows[:, 3] * rows[:, 4] / np.maximum(area, 1e-6)
    rows[:, 5] *= share
    return rows[(rows[:, 3] > 2) & (rows[:, 4] > 2)]


def _texture(rng, height, width):
    """A background out of nothing: gradients, blobs, stripes or checks in random colours."""
    small = rng.integers(0, 255, (int(rng.integers(2, 24)), int(rng.integers(2, 24)), 3)).astype(np.uint8)
    flags = cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_NEAREST
    out = cv2.resize(small, (width, height), interpolation=flags)
    if rng.random() < 0.4:
        stripes = (np.sin(np.linspace(0, rng.uniform(10, 200), width if rng.random() < 0.5 else height)) * 30)
        out = out + (stripes[None, :, None] if len(stripes) == width else stripes[:, None, None])
    return np.clip(out, 0, 255).astype(np.uint8)


def _other_background(image, rows, rng):
    mask = np.zeros(image.shape[:2], np.float32)
    for _, left, top, width, height, _seen in rows:
        m = 0.08
        cv2.rectangle(
            mask,
            (int(left - m * width), int(top - m * height)),
            (int(left + (1 + m) * width), int(top + (1 + m) * height)),
            1.0,
            -1,
        )
    mask = cv2.GaussianBlur(mask, (9, 9), 0)[..., None]
    keep = mask + (1 - mask) * rng.uniform(0, 0.6)
    return (image * keep + _texture(rng, *image.shape[:2]) * (1 - keep)).astype(np.uint8)


def _touch_up(image, rng):
    """Colour, light, sharpness and noise."""
    out = image.astype(np.float32)
    if rng.random() < 0.8:
        out *= rng.uniform(0.75, 1.3, 3).astype(np.float32) if rng.random() < 0.5 else rng.uniform(0.6, 1.45)
        out += rng.uniform(-22, 22)
    if rng.random() < 0.3:
        grey = out.mean(2, keepdims=True)
        out = grey + (out - grey) * rng.uniform(0, 1.8)
    if rng.random() < 0.25:
        out = 255 * (np.clip(out, 0, 255) / 255) ** rng.uniform(0.6, 1.7)
    if rng.random() < 0.08:
        out = out[..., rng.permutation(3)]
    if rng.random() < 0.25:
        out = cv2.GaussianBlur(out, (5, 5), rng.uniform(0.3, 1.3))
    if rng.random() < 0.3:
        out = out + rng.normal(0, rng.uniform(1, 11), out.shape).astype(np.float32)
    out = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))]
        out = cv2.imdecode(cv2.imencode(".jpg", out, quality)[1], cv2.IMREAD_COLOR)
    return out
