"""Writes an exported ONNX file of this detector as TorchScript, for torch_engine.py: export_torchscript.py model.onnx model.pt

The network is built anew and takes the weights by their names, so the two compute the same up to rounding.
"""
import sys

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from model import INPUT_HEIGHT, INPUT_WIDTH, Conv, Detector


def without_norms(detector):
    """As in the ONNX file: the batch norms are folded into convolutions with a bias."""
    for child in detector.modules():
        if isinstance(child, Conv):
            old = child.conv
            child.conv = nn.Conv2d(
                old.in_channels, old.out_channels, old.kernel_size, old.stride, old.padding, groups=old.groups
            )
            child.norm = nn.Identity()


def load(path):
    detector = Detector().eval()
    detector.is_export = True
    # Not part of the ONNX file: several of their cells answer for one object, which helps to train.
    detector.heads = nn.ModuleList()
    without_norms(detector)
    weights = {
        each.name: torch.from_numpy(numpy_helper.to_array(each).copy())
        for each in onnx.load(path).graph.initializer
    }
    wanted = detector.state_dict()
    detector.load_state_dict({name: weights[name] for name in wanted})
    return detector


if __name__ == "__main__":
    with torch.inference_mode():
        traced = torch.jit.trace(load(sys.argv[1]), torch.zeros(1, 3, INPUT_HEIGHT, INPUT_WIDTH))
        traced.save(sys.argv[2])
