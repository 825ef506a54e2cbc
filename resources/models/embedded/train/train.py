"""Trains the embedded detector on rendered frames, in two runs: on cuts around objects, then on whole frames.

Usage: train.py FRAMES_FOLDER CHECKPOINT [--start OTHER] [--cut] [--steps 3000] [--minutes 30] [--rate 2e-3]
"""
import argparse
import copy
import math
import time

import torch

from data import Augmented, Frames
from loss import detection_loss
from model import INPUT_HEIGHT, INPUT_WIDTH, Detector, grid

BATCH = 16
WARM_UP_STEPS = 200
CUT = (256, 160)
EMA_DECAY = 0.998


def rate_at(step, share, highest):
    """Linear warm-up, then half a cosine down to a fiftieth. `share` is how much of the run is over."""
    if step < WARM_UP_STEPS:
        return highest * (step + 1) / WARM_UP_STEPS
    return highest * (0.02 + 0.98 * (1 + math.cos(math.pi * min(1, share))) / 2)


def blend(average, model, step):
    """Moves the averaged weights a little towards the model's."""
    decay = min(EMA_DECAY, (1 + step) / (20 + step))
    with torch.no_grad():
        for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.mul_(decay).add_(new, alpha=1 - decay)
            else:
                kept.copy_(new)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("checkpoint")
    arguments.add_argument("--start", help="checkpoint to go on from")
    arguments.add_argument("--cut", action="store_true", help="train on cuts instead of whole frames")
    arguments.add_argument("--as-seen", type=float, default=0.0, help="share of cuts without change of scale")
    arguments.add_argument("--steps", type=int, default=3000)
    arguments.add_argument("--minutes", type=float, help="end after this time if the steps are not done before")
    arguments.add_argument("--rate", type=float, default=2e-3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--loaders", type=int, default=1)
    options = arguments.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    model = Detector().to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location="cpu")["model"])
    average = copy.deepcopy(model)
    size = CUT if options.cut else (INPUT_WIDTH, INPUT_HEIGHT)
    pictures = Augmented(
        Frames(options.folder),
        options.seed,
        options.steps * BATCH,
        CUT if options.cut else None,
        options.as_seen,
    )
    loader = torch.utils.data.DataLoader(pictures, BATCH, shuffle=False, num_workers=options.loaders)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], options.rate
    )
    cells = grid(*size)
    model.train()
    started = time.monotonic()
    for step, (images, targets) in enumerate(loader):
        minutes = (time.monotonic() - started) / 60
        share = max((step + 1) / options.steps, minutes / options.minutes if options.minutes else 0)
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, share, options.rate)
        outputs = model(images.float().contiguous(memory_format=torch.channels_last))
        loss, parts = detection_loss(outputs, targets, cells)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimiser.step()
        blend(average, model, step)
        if step % 50 == 0:
            shown = " ".join(f"{key} {value:.3f}" for key, value in parts.items())
            print(f"step {step} {minutes:.1f} min loss {float(loss.detach()):.3f} {shown}", flush=True)
        if step % 50 == 49 or share >= 1:
            torch.save({"model": average.state_dict(), "step": step + 1}, options.checkpoint)
        if share >= 1:
            print(f"{step + 1} steps in {minutes:.1f} min", flush=True)
            break


if __name__ == "__main__":
    main()
