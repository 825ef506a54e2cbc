"""Writes a checkpoint as ONNX, batch norms folded, batch size free. Usage: export_onnx.py checkpoint.pt model.onnx"""
import sys

import onnx
import torch
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model import INPUT_HEIGHT, INPUT_WIDTH, Conv, Detector


def fold(module):
    for child in module.modules():
        if isinstance(child, Conv):
            child.conv = fuse_conv_bn_eval(child.conv, child.norm)
            child.norm = torch.nn.Identity()


def export(model, path):
    model.eval()
    model.is_export = True
    fold(model)
    torch.onnx.export(
        model,
        (torch.zeros(1, 3, INPUT_HEIGHT, INPUT_WIDTH),),
        path,
        input_names=["images"],
        output_names=["output"],
        dynamic_axes={"images": {0: "batch"}, "output": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(path)


if __name__ == "__main__":
    detector = Detector()
    if sys.argv[1] != "untrained":
        detector.load_state_dict(torch.load(sys.argv[1], map_location="cpu")["model"])
    export(detector, sys.argv[2])
