"""Trains the embedded detector on rendered frames, in two runs: on cuts around objects, then on whole frames.

Usage: train.py FRAMES_FOLDER CHECKPOINT [--start OTHER] [--cut] [--steps 3000] [--minutes 30] [--rate 2e-3]
"""
import argparse
import copy
import math
import time

import onnx
import torch

from data import Augmented, Frames
from loss import detection_loss
from model import INPUT_HEIGHT, INPUT_WIDTH, Detector, grid

BATCH = 16
SETTLE_BATCHES = 8
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


def load_start(model, path):
    """Takes over the weights of a checkpoint, or of an exported ONNX file of this network, whose norms are folded."""
    if not path.endswith(".onnx"):
        state = torch.load(path, map_location="cpu")["model"]
        # Heads that answer once begin as the others.
        for name in [name for name in state if name.startswith("heads.")]:
            state.setdefault(f"single_{name}", state[name].clone())
        model.load_state_dict(state)
        return
    folded = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in onnx.load(path).graph.initializer}
    # Only one kind of heads is exported; the others begin as those.
    for name in list(folded):
        if "heads." in name:
            folded.setdefault(name.removeprefix("single_") if name.startswith("single_") else f"single_{name}", folded[name])
    state = model.state_dict()
    for name in state:
        if name in folded:
            state[name] = folded[name]
        elif name.endswith("norm.bias"):
            state[name] = folded[name.replace("norm.bias", "conv.bias")]
    model.load_state_dict(state)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_var.fill_(1 - module.eps)


def settle_norms(model, batches):
    """Measures what flows through each folded norm and writes it so that the network stays the same.

    A folded norm passes everything on; in training it would divide by the deviation of a batch. So its weight and bias become
    the deviation and the mean of what flows.
    """
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    flows = {norm: [] for norm in norms}
    hooks = [
        norm.register_forward_pre_hook(
            lambda module, given: flows[module].append((given[0].mean((0, 2, 3)), given[0].var((0, 2, 3))))
        )
        for norm in norms
    ]
    model.eval()
    with torch.no_grad():
        for images in batches:
            model(images)
        for norm in norms:
            mean = torch.stack([m for m, _ in flows[norm]]).mean(0)
            var = torch.stack([v for _, v in flows[norm]]).mean(0).clamp(min=1e-6)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(var)
            norm.bias.add_(mean)
            norm.weight.copy_((var + norm.eps).sqrt())
    for hook in hooks:
        hook.remove()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("checkpoint")
    arguments.add_argument("--start", help="checkpoint or exported ONNX file to go on from")
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
        load_start(model, options.start)
    size = CUT if options.cut else (INPUT_WIDTH, INPUT_HEIGHT)
    pictures = Augmented(
        Frames(options.folder),
        options.seed,
        options.steps * BATCH,
        CUT if options.cut else None,
        options.as_seen,
    )
    if options.start and options.start.endswith(".onnx"):
        some = ([pictures[BATCH * batch + n][0] for n in range(BATCH)] for batch in range(SETTLE_BATCHES))
        settle_norms(model, (torch.stack(images).float() for images in some))
    average = copy.deepcopy(model)
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
