"""Writes windows for tests: windows.py [KEY=VALUE]... > windows.har

rows=40      how many, in two frames      shape=7,3    of a row of x
y=classes    or onehot, float, none; or NUMBER: the label of row 5
split=none   or NUMBER for all rows, or cycle: 0 1 2 3 0 1 2 3 ...
nan=ROW      x isn't a number there       labels=a,b,c names of the classes (class 0, class 1, class 2)
rate=50      channels=x,y,z               subjects=4   people, in turn; or pairs: two a row
"""
import sys
import zlib

import msgpack
import msgpack_numpy
import numpy as np

given = dict(argument.split("=", 1) for argument in sys.argv[1:])
rows = int(given.get("rows", 40))
shape = [int(d) for d in given.get("shape", "7,3").split(",")]
labels = given.get("labels", "class 0,class 1,class 2").split(",")
random = np.random.default_rng(1)

classes = (np.arange(rows) * 7 // 3 % len(labels)).astype("<i4")
mean = classes.reshape([-1] + [1] * len(shape)) - 1
tensors = {"x": (random.normal(0, 1, [rows] + shape) + mean).astype("<f4")}
if "nan" in given:
    tensors["x"][int(given["nan"])] = np.nan
y = given.get("y", "classes")
if y == "onehot":
    tensors["y"] = np.eye(len(labels), dtype="<f4")[classes]
elif y == "float":
    tensors["y"] = classes.astype("<f4")
elif y != "none":
    tensors["y"] = classes
    if y != "classes":
        tensors["y"][5] = int(y)
if given.get("subjects") == "pairs":
    tensors["subject"] = np.ones((rows, 2), "<i4")
else:
    tensors["subject"] = (np.arange(rows) % int(given.get("subjects", 4)) + 1).astype("<i4")
split = given.get("split", "none")
if split != "none":
    marks = np.arange(rows) % 4 if split == "cycle" else np.full(rows, int(split))
    tensors["split"] = marks.astype("u1")

header = {"har": [1, 0], "kind": "header", "type": "windows", "source": "test", "labels": labels,
          "rate": float(given.get("rate", 50))}
if "channels" in given:
    header["channels"] = given["channels"].split(",")
half = (rows + 1) // 2
frames = [{"kind": "data", "seq": i, **{name: t[part] for name, t in tensors.items()}}
          for i, part in enumerate([slice(0, half), slice(half, rows)])] if rows else []
body = b"".join(msgpack.packb(f, default=msgpack_numpy.encode) for f in [header] + frames)
end = {"kind": "end", "frames": len(frames), "rows": rows, "crc32": zlib.crc32(body),
       "more": False, "status": 0, "message": ""}
sys.stdout.buffer.write(body + msgpack.packb(end))
