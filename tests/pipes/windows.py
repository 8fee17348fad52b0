"""Writes windows for tests: windows.py [KEY=VALUE]... > windows.har

rows=40      how many, in two frames      shape=7,3    of a row of x
y=classes    or onehot, float, none; or NUMBER: the label of row 5
split=none   or NUMBER for all rows, or several with commas, in turn; cycle: 0,1,2,3
nan=ROW      x isn't a number there       labels=a,b,c names of the classes (class 0, class 1, class 2);
                                          named=no: not in the header
rate=50      channels=x,y,z               subjects=4   people, in turn; 12+28: one after the other,
                                          so many rows each; pairs: two a row; none
source=test  name of the data set         seed=1       other numbers in x
step=4       recording and start: those of each person, or in turn of people=4 whom subject doesn't
             name; windows that many samples apart
same=A,B     row B has row A's x          still=A,B    rows A and B are alike, and constant in time
units=g,g,g  the header's                  rate=none    not in the header
far=SPLIT    x of that split is a million times larger
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
random = np.random.default_rng(int(given.get("seed", 1)))

classes = (np.arange(rows) * 7 // 3 % len(labels)).astype("<i4")
mean = classes.reshape([-1] + [1] * len(shape)) - 1
tensors = {"x": (random.normal(0, 1, [rows] + shape) + mean).astype("<f4")}
if "nan" in given:
    tensors["x"][int(given["nan"])] = np.nan
for pair, value in (("same", None), ("still", 1)):
    if pair in given:
        one, other = (int(row) for row in given[pair].split(","))
        if value is not None:
            tensors["x"][one] = value
        tensors["x"][other] = tensors["x"][one]
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
elif "+" in given.get("subjects", ""):
    people = [int(count) for count in given["subjects"].split("+")]
    tensors["subject"] = np.repeat(np.arange(len(people)) + 1, people).astype("<i4")
elif given.get("subjects") != "none":
    tensors["subject"] = (np.arange(rows) % int(given.get("subjects", 4)) + 1).astype("<i4")
if "step" in given:
    people = int(given.get("people", given.get("subjects", 4)))
    tensors["recording"] = (np.arange(rows) % people + 1).astype("<i4")
    tensors["start"] = (np.arange(rows) // people * int(given["step"])).astype("<i8")
split = given.get("split", "none")
if split != "none":
    turn = [0, 1, 2, 3] if split == "cycle" else [int(mark) for mark in split.split(",")]
    tensors["split"] = np.resize(turn, rows).astype("u1")
    if "far" in given:
        tensors["x"][tensors["split"] == int(given["far"])] *= 1e6

header = {"har": [1, 0], "kind": "header", "type": "windows",
          "source": given.get("source", "test"), "labels": labels}
if given.get("rate") != "none":
    header["rate"] = float(given.get("rate", 50))
if "units" in given:
    header["units"] = given["units"].split(",")
if given.get("named") == "no":
    del header["labels"]
if "channels" in given:
    header["channels"] = given["channels"].split(",")
half = (rows + 1) // 2
frames = [{"kind": "data", "seq": i, **{name: t[part] for name, t in tensors.items()}}
          for i, part in enumerate([slice(0, half), slice(half, rows)])] if rows else []
body = b"".join(msgpack.packb(f, default=msgpack_numpy.encode) for f in [header] + frames)
end = {"kind": "end", "frames": len(frames), "rows": rows, "crc32": zlib.crc32(body),
       "more": False, "status": 0, "message": ""}
sys.stdout.buffer.write(body + msgpack.packb(end))
