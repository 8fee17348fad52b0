"""Writes results as har-eval does: results.py [-l LABELS] RIGHT/ROWS[/UNLABELLED]... > results.har

One segment for each argument: RIGHT of ROWS rows predicted as labelled, and UNLABELLED more rows.
"""
import sys
import zlib

import msgpack
import msgpack_numpy
import numpy as np

labels = "a,b"
arguments = sys.argv[1:]
if arguments[:1] == ["-l"]:
    labels = arguments[1]
    arguments = arguments[2:]
for argument in arguments:
    right, rows, unlabelled = (list(map(int, argument.split("/"))) + [0])[:3]
    y = np.zeros(rows + unlabelled, "<i4")
    y[rows:] = -1
    predicted = (np.arange(len(y)) >= right).astype("<i4")
    header = {"har": [1, 0], "kind": "header", "type": "results", "labels": labels.split(",")}
    data = {"kind": "data", "seq": 0, "y": y, "predicted": predicted}
    frames = b"".join(msgpack.packb(frame, default=msgpack_numpy.encode) for frame in (header, data))
    end = {"kind": "end", "frames": 1, "rows": len(y), "crc32": zlib.crc32(frames), "more": False,
           "status": 0, "message": ""}
    sys.stdout.buffer.write(frames + msgpack.packb(end))
