"""The engine protocol of Tallywatch (docs/engines.md), for engines written in Python. Needs nothing but Python 3.8.

    import tallywatch_engine
    tallywatch_engine.serve(card, run, engine="my engine 1.0")

`run(array_bytes, dtype, dims)` gets the prepared input and returns a list of (name, dtype, dims, bytes).
"""
import json
import os
import struct
import sys

PROTOCOL = 1


def serve(card, run, engine, device="cpu", batch_size=1, is_well=lambda: (True, "")):
    """Answers the station until it closes our stdin."""
    source, sink = _take_stdio()
    while True:
        message = _read(source)
        if message is None:
            return
        header, payload = message
        kind = header.get("kind")
        if kind == "hello":
            if header.get("protocol") != PROTOCOL:
                _write(sink, {"kind": "refused", "message": "this engine speaks protocol %d" % PROTOCOL})
                continue
            _write(sink, {"kind": "ready", "protocol": PROTOCOL, "engine": engine, "device": device,
                          "batchSize": batch_size, "card": card})
        elif kind == "infer":
            try:
                outputs = run(payload, header["input"]["dtype"], header["input"]["dims"])
            except Exception as error:  # the station is told, and goes on asking
                _write(sink, {"kind": "failed", "id": header["id"], "message": repr(error)[:2000]})
                continue
            _write(sink, {"kind": "result", "id": header["id"],
                          "outputs": [{"name": n, "dtype": t, "dims": list(d)} for n, t, d, _ in outputs]},
                   b"".join(data for _, _, _, data in outputs))
        elif kind == "health":
            ok, message = is_well()
            _write(sink, {"kind": "health", "id": header["id"], "isOk": bool(ok), "message": message})


def refuse(message):
    """Instead of `serve`: says why this engine cannot run."""
    source, sink = _take_stdio()
    if _read(source) is not None:
        _write(sink, {"kind": "refused", "message": message[:2000]})


def _take_stdio():
    """Our stdout carries the protocol; whatever else prints goes to stderr."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


def _read(source):
    head = source.read(8)
    if len(head) < 8:
        return None
    header_bytes, payload_bytes = struct.unpack("<II", head)
    header = json.loads(source.read(header_bytes).decode("utf-8"))
    return header, source.read(payload_bytes)


def _write(sink, header, payload=b""):
    data = json.dumps(header).encode("utf-8")
    sink.write(struct.pack("<II", len(data), len(payload)) + data)
    sink.write(payload)
    sink.flush()
