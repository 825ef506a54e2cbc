"""Trains the embedded detector on rendered frames. Usage: train.py FRAMES_FOLDER CHECKPOINT --steps 4000 [--start OTHER]"""
import argparse
import copy
import math
import time

import torch

from data import Augmented, Frames
from loss import detection_loss
from model import Detector, grid

BATCH = 16
WARM_UP_STEPS = 200
HIGHEST_RATE = 2e-3
EMA_DECAY = 0.9985


def rate_at(step, steps):
    if step < WARM_UP_STEPS:
        return HIGHEST_RATE * (step + 1) / WARM_UP_STEPS
    share = (step - WARM_UP_STEPS) / max(1, steps - WARM_UP_STEPS)
    return HIGHEST_RATE * (0.02 + 0.98 * (1 + math.cos(math.pi * min(1, share))) / 2)


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
    arguments.add_argument("--steps", type=int, default=4000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--loaders", type=int, default=1)
    arguments.add_argument("--start", help="checkpoint to go on from")
    options = arguments.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    model = Detector()
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location="cpu")["model"])
    average = copy.deepcopy(model)
    plain_from = int(options.steps * BATCH * 0.75)
    pictures = Augmented(Frames(options.folder), options.seed, options.steps * BATCH, plain_from)
    loader = torch.utils.data.DataLoader(
        pictures, BATCH, shuffle=False, num_workers=options.loaders, persistent_workers=options.loaders > 0
    )
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], HIGHEST_RATE
    )
    cells = grid()
    model.train()
    started = time.monotonic()
    for step, (images, targets) in enumerate(loader):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, options.steps)
        loss, parts = detection_loss(model(images.float()), targets, cells)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimiser.step()
        blend(average, model, step)
        if step % 50 == 0:
            seconds = time.monotonic() - started
            shown = " ".join(f"{key} {value:.3f}" for key, value in parts.items())
            print(f"step {step} of {options.steps} {seconds:.0f} s loss {float(loss.detach()):.3f} {shown}", flush=True)
        if step % 250 == 249 or step == options.steps - 1:
            torch.save({"model": average.state_dict(), "step": step + 1}, options.checkpoint)


if __name__ == "__main__":
    main()
