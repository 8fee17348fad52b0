"""Segments as the programs that make golden values write them."""
import zlib

import msgpack
import msgpack_numpy
import numpy as np


def write_segment(path, header, frames, rows):
    body = b"".join(
        msgpack.packb(frame, default=msgpack_numpy.encode)
        for frame in [{"har": [1, 0], "kind": "header", **header}]
        + [{"kind": "data", "seq": i, **frame} for i, frame in enumerate(frames)])
    end = {"kind": "end", "frames": len(frames), "rows": rows, "crc32": zlib.crc32(body),
           "more": False, "status": 0, "message": ""}
    with open(path, "wb") as file:
        file.write(body + msgpack.packb(end))


def write_model(path, header, names, values):
    frames = [{"name": n, "value": np.ascontiguousarray(v, "<f4")} for n, v in zip(names, values)]
    write_segment(path, {"type": "model", **header}, frames, 0)
