"""Writes results as har-eval does, with people and probabilities: judged.py KEY=VALUE... > results.har

  case=NAME      labels, predictions, probabilities of tests/golden/measures.json (else simulated)
  people=N       people 1 to N (4), row after row in turn; 0: no tensor subject
  rows=N         rows of each person (20), simulated: classes in turn, starts 0, 64, …
  right=P        share that is predicted right (0.8), seed=N which (1): the labels stay the same
  first=N        the first person's number (1)
  easier=P       added to it for each further person (0.02)
  net=TEXT       of the model, in the header
  runs=N         segments (1), of seeds N, N + 1, …
  folds=1        a segment for each person instead
  order=N        rows (or folds) in another order, shuffled by N
  place=0        no recording and start
  split=N        the mark of all rows
  labels=A,B,…   source=TEXT   trained=N   part=N   within=1: the header's
  damage=NAME    one of the changes below, at the last row
"""
import json
import random
import sys
import zlib

import msgpack
import msgpack_numpy
import numpy as np

given = dict(argument.split("=", 1) for argument in sys.argv[1:])


def number(key, otherwise):
    return type(otherwise)(given.get(key, otherwise))


def golden(name):
    cases = json.load(open("tests/golden/measures.json"))
    case = next(c for c in cases if c["name"] == name)
    y = np.array(case["y"], "<i4")
    tensors = {"y": y, "predicted": np.array(case["predicted"], "<i4")}
    if case["probabilities"] is not None:
        p = np.array(case["probabilities"], "<f4")
        tensors["probabilities"] = p.reshape(len(y), case["classes"])
    if number("people", 4) > 0:
        tensors["subject"] = np.arange(len(y), dtype="<i4") % number("people", 4) + 1
    return tensors, [f"class {k}" for k in range(case["classes"])]


def draws(seed, count, which):
    """Uniform numbers, the same in every version of Python."""
    rng = random.Random(1000 * seed + which)
    return [rng.random() for _ in range(count)]


def simulated(seed):
    people, rows, classes = number("people", 4), number("rows", 20), 3
    count = max(people, 1) * rows
    subject = np.arange(count, dtype="<i4") % max(people, 1) + number("first", 1)
    start = (np.arange(count) // max(people, 1) * 64).astype("<i8")
    y = (np.arange(count) // max(people, 1) % classes).astype("<i4")
    chance, other = (np.array(draws(seed, count, k)) for k in range(2))
    right = chance < number("right", 0.8) + number("easier", 0.02) * (subject - subject[0])
    predicted = np.where(right, y, (y + 1 + (other < 0.5)) % classes).astype("<i4")
    p = np.full((count, classes), 0.125, "<f4")
    p[np.arange(count), predicted] = 0.75
    tensors = {"y": y, "predicted": predicted, "probabilities": p}
    if people > 0:
        tensors["subject"] = subject
    if number("place", 1):
        tensors.update(recording=subject, start=start)
    if "split" in given:
        tensors["split"] = np.full(count, number("split", 0), "|u1")
    return tensors, ["sit", "stand", "walk"]


def spoil(tensors, damage):
    if damage == "label":
        tensors["y"][-1] = (tensors["y"][-1] + 1) % 3
    elif damage == "unlabelled":
        tensors["y"][-1] = -1
    elif damage == "start":
        tensors["start"][-1] += 1
    elif damage == "subject":
        tensors["subject"][-1] += 100
    elif damage == "row":
        tensors = {name: tensor[:-1] for name, tensor in tensors.items()}
    elif damage == "again":
        tensors = {name: np.concatenate([tensor, tensor[-1:]]) for name, tensor in tensors.items()}
    elif damage == "nan":
        tensors["probabilities"][-1, 0] = np.nan
    elif damage == "beyond":
        tensors["probabilities"][-1, 0] = 1.5
    elif damage == "narrow":
        tensors["probabilities"] = tensors["probabilities"][:, :2]
    elif damage == "wide":
        tensors["probabilities"] = np.pad(tensors["probabilities"], ((0, 0), (0, 1)))
    elif damage == "flat":
        tensors["probabilities"] = tensors["probabilities"][:, 0].copy()
    elif damage == "whole":
        tensors["probabilities"] = tensors["probabilities"].astype("<i4")
    elif damage == "float-subject":
        tensors["subject"] = tensors["subject"].astype("<f4")
    elif damage == "wide-subject":
        tensors["subject"] = tensors["subject"].reshape(-1, 1)
    elif damage == "split":
        tensors["split"] = np.full(len(tensors["y"]), 7, "|u1")
    elif damage == "classes":
        tensors["predicted"][-1] = 2000
        del tensors["probabilities"]
    elif damage == "wide-class":
        tensors["predicted"][-1] = 5
    return tensors


def pack(frame):
    return msgpack.packb(frame, default=msgpack_numpy.encode)


def write(tensors, labels):
    if "labels" in given:
        labels = given["labels"].split(",") if given["labels"] else []
    header = {"har": [1, 0], "kind": "header", "type": "results", "labels": labels,
              "source": given.get("source", "judged")}
    if "net" in given:
        header["models"] = [{"net": given["net"]}]
    if "trained" in given:
        header["models"] = [{"subjects": [100 + i for i in range(number("trained", 0))]}]
    if "part" in given:
        header["part"] = number("part", 1)
    if "within" in given:
        header["within_person"] = True
    half = len(tensors["y"]) // 2
    parts = [{name: t[:half] for name, t in tensors.items()}, {name: t[half:] for name, t in tensors.items()}]
    if given.get("damage") == "comes":
        del parts[0]["subject"]
    if given.get("damage") == "goes":
        del parts[1]["probabilities"]
    frames = pack(header) + b"".join(pack({"kind": "data", "seq": i, **p}) for i, p in enumerate(parts))
    end = {"kind": "end", "frames": len(parts), "rows": len(tensors["y"]), "crc32": zlib.crc32(frames),
           "more": False, "status": 0, "message": ""}
    sys.stdout.buffer.write(frames + pack(end))


def shuffled(count):
    return np.argsort(draws(number("order", 0), count, 2)) if "order" in given else np.arange(count)


for run in range(number("runs", 1)):
    tensors, labels = golden(given["case"]) if "case" in given else simulated(number("seed", 1) + run)
    tensors = spoil(tensors, given.get("damage"))
    if number("folds", 0):
        ids = np.unique(tensors["subject"])
        for person in ids[shuffled(len(ids))]:
            write({name: t[tensors["subject"] == person] for name, t in tensors.items()}, labels)
    else:
        order = shuffled(len(tensors["y"]))
        write({name: t[order] for name, t in tensors.items()}, labels)
