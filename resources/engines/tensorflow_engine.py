"""Runs a TensorFlow SavedModel for Tallywatch: python3 tensorflow_engine.py --model folder --card card.json

The card says size, colours, number type and head of the model. The signature `serving_default` must take one picture
tensor; its outputs are given on by name.
"""
import argparse
import json
import os

import tallywatch_engine

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--card", required=True)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--batch", type=int, default=1)
options = parser.parse_args()

try:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import numpy
    import tensorflow
    tensorflow.config.threading.set_intra_op_parallelism_threads(options.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    with open(options.card, encoding="utf-8") as file:
        card = json.load(file)
    model = tensorflow.saved_model.load(options.model)
    signature = model.signatures["serving_default"]
    inputs = list(signature.structured_input_signature[1].items())
    if len(inputs) != 1:
        raise ValueError("the signature takes %d inputs, not one" % len(inputs))
except Exception as error:
    tallywatch_engine.refuse("%s cannot be loaded: %r" % (options.model, error))
    raise SystemExit(1)

name = inputs[0][0]
gpus = tensorflow.config.list_physical_devices("GPU")


def run(payload, dtype, dims):
    array = numpy.frombuffer(payload, dtype=dtype).reshape(dims)
    found = signature(**{name: tensorflow.constant(array)})
    outputs = []
    for key in sorted(found):
        data = numpy.ascontiguousarray(found[key].numpy().astype("float32"))
        outputs.append((key, "float32", data.shape, data.tobytes()))
    return outputs


tallywatch_engine.serve(card, run, "tensorflow_engine, TensorFlow " + tensorflow.__version__,
                        "gpu" if gpus else "cpu", options.batch)
os._exit(0)  # at once: taking the library down can take seconds
