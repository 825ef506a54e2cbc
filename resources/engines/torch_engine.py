"""Runs a TorchScript file for Tallywatch: python3 torch_engine.py --model detector.pt --card card.json [--device cuda]

The card says size, colours, number type and head of the model; its outputs are given on as they come.
"""
import argparse
import json
import os

import tallywatch_engine

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--card", required=True)
parser.add_argument("--device", default="cpu")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--batch", type=int, default=1)
options = parser.parse_args()

try:
    import numpy
    import torch
    torch.set_num_threads(options.threads)
    with open(options.card, encoding="utf-8") as file:
        card = json.load(file)
    model = torch.jit.load(options.model, map_location=options.device).eval()
except Exception as error:
    tallywatch_engine.refuse("%s cannot be loaded: %r" % (options.model, error))
    raise SystemExit(1)


def flatten(value):
    if isinstance(value, torch.Tensor):
        return [value]
    values = value.values() if isinstance(value, dict) else value
    return [tensor for part in values for tensor in flatten(part)]


def run(payload, dtype, dims):
    array = numpy.frombuffer(payload, dtype=dtype).reshape(dims)
    with torch.inference_mode():
        found = model(torch.from_numpy(array.copy()).to(options.device))
    outputs = []
    for index, tensor in enumerate(flatten(found)):
        data = numpy.ascontiguousarray(tensor.to("cpu").float().numpy())
        outputs.append(("output_%d" % index, "float32", data.shape, data.tobytes()))
    return outputs


tallywatch_engine.serve(card, run, "torch_engine, PyTorch " + torch.__version__, options.device, options.batch)
os._exit(0)  # at once: taking the library down can take seconds
