"""Prints the figures of the model card. Usage: evaluate.py MODEL.onnx --hold-out FOLDER [--shared FOLDER] [--counting FILE] [--card FILE]

Hold-out: rendered frames of seeds that were not trained on. Intel: frames of one-by-one-person (CC-BY 4.0), never
trained on; its boxes come from YOLOX-nano (Apache-2.0), so the figure is agreement with that model. COCO: person boxes of
128 val2017 images, for measuring only.
"""
import argparse
import json
import os
import time

import cv2
import numpy as np
import onnxruntime

from data import SEEN_LEAST, Frames, letterbox

STRIDES = (8, 16, 32)
SCORE_FLOOR = 0.02
# Where no card lies beside the model; that of YOLOX
NMS_IOU = 0.65


class Network:
    """A YOLOX-style ONNX file on one thread: BGR picture in, boxes (left, top, right, bottom), scores, classes out."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        card = os.path.join(os.path.dirname(path), "card.json")
        self.nms_iou = NMS_IOU
        if os.path.exists(card):
            with open(card) as file:
                self.nms_iou = json.load(file)["nmsIou"]
        source = self.session.get_inputs()[0]
        self.name, self.height, self.width = source.name, source.shape[2], source.shape[3]
        corners, strides = [], []
        for stride in STRIDES:
            ys, xs = np.meshgrid(range(self.height // stride), range(self.width // stride), indexing="ij")
            corners.append(np.stack([xs, ys], -1).reshape(-1, 2))
            strides.append(np.full((xs.size, 1), stride))
        self.corners, self.strides = np.concatenate(corners), np.concatenate(strides)
        self.milliseconds = []

    def detect(self, image, floor=SCORE_FLOOR):
        fitted, scale = letterbox(image, self.width, self.height)
        tensor = np.ascontiguousarray(fitted.transpose(2, 0, 1)[None], np.float32)
        started = time.perf_counter()
        (raw,) = self.session.run(None, {self.name: tensor})
        self.milliseconds.append((time.perf_counter() - started) * 1000)
        raw = raw[0]
        scores = raw[:, 4:5] * raw[:, 5:]
        classes = scores.argmax(1)
        best = scores[np.arange(len(scores)), classes]
        kept = best > floor
        centre = (raw[kept, :2] + self.corners[kept]) * self.strides[kept]
        size = np.exp(raw[kept, 2:4]) * self.strides[kept]
        boxes = np.concatenate([centre - size / 2, centre + size / 2], 1) / scale
        return suppress(boxes, best[kept], classes[kept], self.nms_iou)


def overlaps(a, b):
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = np.clip(bottom_right - top_left, 0, None).prod(-1)
    return inner / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1)[None] - inner + 1e-9)


def suppress(boxes, scores, classes, nms_iou):
    """Greedy NMS within each class."""
    order = scores.argsort()[::-1]
    boxes, scores, classes = boxes[order], scores[order], classes[order]
    shifted = boxes + classes[:, None] * 10_000
    between = overlaps(shifted, shifted)
    is_kept = np.ones(len(boxes), bool)
    for i in range(len(boxes)):
        if is_kept[i]:
            is_kept[i + 1 :] &= between[i, i + 1 :] <= nms_iou
    return boxes[is_kept], scores[is_kept], classes[is_kept]


def average_precision(pictures, iou=0.5):
    """AP by all points. A picture: detected boxes, scores, true boxes, and which true boxes do not count either way."""
    rows, total = [], 0
    for found, scores, truth, is_ignored in pictures:
        total += int((~is_ignored).sum())
        taken = np.zeros(len(truth), bool)
        between = overlaps(found, truth) if len(truth) and len(found) else np.zeros((len(found), len(truth)))
        for n in scores.argsort()[::-1]:
            open_ones = np.where(taken | is_ignored, 0, between[n])
            best = int(open_ones.argmax()) if len(truth) else -1
            if best >= 0 and open_ones[best] >= iou:
                taken[best] = True
                rows.append((scores[n], 1))
            elif len(truth) and np.where(is_ignored, between[n], 0).max() >= iou:
                continue
            else:
                rows.append((scores[n], 0))
    if not rows or total == 0:
        return 0.0
    hits = np.array([hit for _, hit in sorted(rows, key=lambda row: -row[0])])
    true = hits.cumsum()
    precision = np.maximum.accumulate((true / np.arange(1, len(hits) + 1))[::-1])[::-1]
    recall = np.concatenate([[0], true / total])
    return float(((recall[1:] - recall[:-1]) * precision).sum() * 100)


def corners_of(rows):
    return np.concatenate([rows[:, 1:3], rows[:, 1:3] + rows[:, 3:5]], 1)


def measure_hold_out(network, folder):
    frames = Frames(folder)
    found = [network.detect(frames.bgr(n)) for n in range(len(frames))]
    figures = {"frames": len(frames)}
    for label, name in enumerate(("person", "vehicle")):
        for iou in (0.5, 0.75):
            pictures = []
            for rows, (boxes, scores, classes) in zip(frames.rows, found):
                mine, own = rows[rows[:, 0] == label], classes == label
                pictures.append((boxes[own], scores[own], corners_of(mine), mine[:, 5] < SEEN_LEAST))
            figures[f"{name}Ap{round(iou * 100)}"] = round(average_precision(pictures, iou), 1)
    return figures


def measure_clip(network, teacher, path, every=5):
    """Agreement with a teacher's confident persons (score 0.5 and more); its doubtful ones do not count."""
    clip, pictures, n = cv2.VideoCapture(path), [], 0
    while True:
        is_there, image = clip.read()
        if not is_there:
            break
        n += 1
        if n % every:
            continue
        boxes, scores, classes = teacher.detect(image, 0.15)
        is_person = classes == 0
        found, own_scores, own_classes = network.detect(image)
        own = own_classes == 0
        pictures.append((found[own], own_scores[own], boxes[is_person], scores[is_person] < 0.5))
    return {"frames": len(pictures), "personAp50": round(average_precision(pictures), 1)}


def measure_coco(network, folder, annotations):
    with open(annotations) as file:
        coco = json.load(file)
    person = 0
    pictures = []
    for image in coco["images"]:
        path = os.path.join(folder, os.path.basename(image["file_name"]))
        mine = [a for a in coco["annotations"] if a["image_id"] == image["id"] and a["category_id"] == person]
        truth = np.array([a["bbox"] for a in mine], float).reshape(-1, 4)
        truth[:, 2:] += truth[:, :2]
        boxes, scores, classes = network.detect(cv2.imread(path))
        own = classes == 0
        is_crowd = np.array([bool(a.get("iscrowd")) for a in mine], bool)
        pictures.append((boxes[own], scores[own], truth, is_crowd))
    return {"images": len(pictures), "personAp50": round(average_precision(pictures), 1)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model")
    arguments.add_argument("--hold-out", required=True)
    arguments.add_argument("--shared", help="folder with the real test material")
    arguments.add_argument("--counting", help="what test/bench/simulated-counting.ts wrote with --json")
    arguments.add_argument("--card", help="model card to write the figures into")
    options = arguments.parse_args()
    network = Network(options.model)
    figures = {"holdOut": measure_hold_out(network, options.hold_out)}
    if options.shared:
        teacher = Network(os.path.join(options.shared, "models/yolox_nano.onnx"))
        clip = os.path.join(options.shared, "videos/intel_one-by-one-person.mp4")
        figures["intelOneByOnePerson"] = measure_clip(network, teacher, clip)
        images = os.path.join(options.shared, "images/coco_val2017_128")
        figures["coco128"] = measure_coco(network, images, images + ".json")
    # The fastest run is what the network costs; the others also hold what else the machine did.
    figures["fastestMsOnOneCore"] = round(min(network.milliseconds), 1)
    if options.counting:
        with open(options.counting) as file:
            figures["counting"] = json.load(file)
    print(json.dumps(figures, indent=2))
    if options.card:
        with open(options.card) as file:
            card = json.load(file)
        card["figures"] = figures
        with open(options.card, "w") as file:
            file.write(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()
