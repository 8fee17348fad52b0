"""Writes results as har-eval does: results.py [-l LABELS] [-y CLASS] [-p CLASS] [-f] [-s SPLITS]
                                     [-w SUBJECTS] [-e STATUS] RIGHT/ROWS[/UNLABELLED]... > results.har

One segment for each argument: RIGHT of ROWS rows predicted as labelled, and UNLABELLED more rows.
-y and -p: the last row's label and prediction; -f: labels as floats; -s and -w: the rows' splits
and people, with commas between, in turns; -e: the end frames say that an earlier stage failed.
"""
import getopt
import sys
import zlib

import msgpack
import msgpack_numpy
import numpy as np

given, arguments = getopt.getopt(sys.argv[1:], "l:y:p:fs:w:e:")
given = dict(given)
labels = given.get("-l", "a,b")
for argument in arguments:
    right, rows, unlabelled = (list(map(int, argument.split("/"))) + [0])[:3]
    y = np.zeros(rows + unlabelled, "<i4")
    y[rows:] = -1
    predicted = (np.arange(len(y)) >= right).astype("<i4")
    if "-y" in given:
        y[-1] = int(given["-y"])
    if "-p" in given:
        predicted[-1] = int(given["-p"])
    if "-f" in given:
        y = y.astype("<f4")
    header = {"har": [1, 0], "kind": "header", "type": "results", "labels": labels.split(",")}
    data = {"kind": "data", "seq": 0, "y": y, "predicted": predicted}
    for option, name, dtype in (("-s", "split", "|u1"), ("-w", "subject", "<i4")):
        if option in given:
            data[name] = np.resize(np.array(given[option].split(","), dtype), len(y))
    frames = b"".join(msgpack.packb(frame, default=msgpack_numpy.encode) for frame in (header, data))
    end = {"kind": "end", "frames": 1, "rows": len(y), "crc32": zlib.crc32(frames), "more": False,
           "status": int(given.get("-e", 0)), "message": "har-train: as told" if "-e" in given else ""}
    sys.stdout.buffer.write(frames + msgpack.packb(end))
