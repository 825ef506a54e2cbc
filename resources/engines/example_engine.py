"""An engine of one's own in 30 lines: finds one bright thing on a dark picture and calls it a person.

Start: python3 example_engine.py. What it prints for people goes to stderr; stdout belongs to the station.
"""
import struct

import tallywatch_engine

WIDTH, HEIGHT = 64, 48
CARD = {
    "name": "bright-spot", "version": "1.0.0", "licence": "Apache-2.0", "notes": "An example, not a detector.",
    "head": "yolov10",  # rows of x1, y1, x2, y2, score, class in px of the input
    "input": {"width": WIDTH, "height": HEIGHT},
    "preprocess": {"resize": "stretch", "pad": 0, "colour": "rgb", "layout": "nhwc", "dtype": "uint8",
                   "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]},
    "classes": ["person"], "labels": {"person": "person"}, "scoreFloor": 0.3, "nmsIou": 0.5,
}


def run(pixels, dtype, dims):
    places = [i // 3 for i in range(0, len(pixels), 3) if pixels[i] > 200]
    if not places:
        return [("rows", "float32", (1, 1, 6), struct.pack("<6f", 0, 0, 0, 0, 0, 0))]
    xs, ys = [p % WIDTH for p in places], [p // WIDTH for p in places]
    row = struct.pack("<6f", min(xs), min(ys), max(xs) + 1, max(ys) + 1, 0.9, 0)
    return [("rows", "float32", (1, 1, 6), row)]


tallywatch_engine.serve(CARD, run, "bright-spot 1.0")
