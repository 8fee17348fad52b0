"""Writes compare.json: what scipy and statsmodels make of pairs of results.

Run it in this folder. Each case: the arguments of tests/pipes/judged.py for two or three files, of
har-compare, and for each pair the p of each test, adjusted by Holm, and the differences.
"""

import itertools
import json
import os
import subprocess
import sys

import msgpack
import msgpack_numpy
import numpy as np
from scipy import stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

os.chdir("../..")

MEASURES = {
    "accuracy": lambda y, predicted, p: metrics.accuracy_score(y, predicted),
    "macro_f1": lambda y, predicted, p: metrics.f1_score(y, predicted, average="macro", zero_division=0),
    "log_loss": lambda y, predicted, p: metrics.log_loss(y, p.astype(float), labels=[0, 1, 2]),
}


def segments(arguments):
    out = subprocess.run([sys.executable, "tests/pipes/judged.py", *arguments], capture_output=True, check=True)
    frames = msgpack.Unpacker(object_hook=msgpack_numpy.decode, raw=False, max_buffer_size=0)
    frames.feed(out.stdout)
    found = []
    for frame in frames:
        if frame["kind"] == "header":
            found.append([])
        elif frame["kind"] == "data":
            found[-1].append(frame)
    return [{k: np.concatenate([f[k] for f in part]) for k in part[0] if k not in ("kind", "seq")} for part in found]


def repeats(parts):
    """Rows in one order, each repeat's predictions."""
    rows = {}
    for part in parts:
        for i in range(len(part["y"])):
            key = (part["subject"][i], part["start"][i])
            rows.setdefault(key, []).append((part["y"][i], part["predicted"][i]))
    return [np.array([rows[k][r] for k in sorted(rows)]) for r in range(len(next(iter(rows.values()))))]


def of_people(parts, measure):
    values = {}
    for part in parts:
        for person in np.unique(part["subject"]):
            own = part["subject"] == person
            value = MEASURES[measure](part["y"][own], part["predicted"][own], part["probabilities"][own])
            values.setdefault(person, []).append(value)
    return np.array([np.mean(values[p]) for p in sorted(values)])


def of_runs(parts, measure):
    return np.array([MEASURES[measure](p["y"], p["predicted"], p["probabilities"]) for p in parts])


def by_people(parts):
    """Folds in one order, whatever order they came in; repeats as they are."""
    return sorted(parts, key=lambda p: sorted(set(p["subject"])))


def wilcoxon(d):
    d = np.round(d, 12)
    return float(stats.wilcoxon(d).pvalue)


def pair(a, b, measure, ratio):
    d = np.round(of_runs(by_people(a), measure) - of_runs(by_people(b), measure), 12)
    t = d.mean() / np.sqrt((1 / len(d) + ratio) * d.var(ddof=1)) if len(d) > 1 else None
    rows = []
    for one, two in zip(repeats(a), repeats(b)):
        assert (one[:, 0] == two[:, 0]).all()
        right, other = one[:, 0] == one[:, 1], two[:, 0] == two[:, 1]
        first, second = int((right & ~other).sum()), int((other & ~right).sum())
        rows.append(mcnemar([[0, first], [second, 0]], exact=first + second < 25, correction=True).pvalue)
    return {
        "difference": float(of_runs(a, measure).mean() - of_runs(b, measure).mean()),
        "people": wilcoxon(of_people(a, measure) - of_people(b, measure)),
        "runs": wilcoxon(d) if len(d) > 1 else None,
        "t": float(2 * stats.t.sf(abs(t), len(d) - 1)) if len(d) > 1 else None,
        "mcnemar": float(rows[0] if len(rows) == 1 else min(1, 2 * np.median(rows))),
    }


def case(name, files, options, measure, ratio):
    parts = [segments(f.split()) for f in files]
    pairs = [pair(a, b, measure, ratio) for a, b in itertools.combinations(parts, 2)]
    for test in ("people", "runs", "t", "mcnemar"):
        p = [q[test] for q in pairs]
        holm = [None] * len(p) if None in p else multipletests(p, method="holm")[1].tolist()
        for q, adjusted in zip(pairs, holm):
            q[test] = [q[test], adjusted]
    return {"name": name, "files": files, "options": options, "pairs": pairs}


cases = [
    case("one run each", ["people=9 right=0.7", "people=9 right=0.8 seed=2 order=1"], "", "accuracy", 0),
    case("repeats", ["people=9 trained=21 runs=5 right=0.7", "people=9 trained=21 runs=5 seed=7 order=3",
                     "people=9 trained=21 runs=5 seed=20 right=0.75"], "", "accuracy", 9 / 21),
    case("macro F1", ["people=12 runs=4 right=0.7", "people=12 runs=4 seed=9 right=0.75"],
         "--metric macro_f1 --ratio 0.25", "macro_f1", 0.25),
    case("folds", ["people=10 rows=25 folds=1 trained=9 right=0.7",
                   "people=10 rows=25 folds=1 trained=9 seed=3 order=5"],
         "", "accuracy", 1 / 9),
    case("log loss", ["people=8 runs=3 right=0.6", "people=8 runs=3 seed=5 right=0.8"],
         "--metric log_loss --ratio 0", "log_loss", 0),
]
with open("tests/golden/compare.json", "w") as out:
    json.dump(cases, out, indent=1)
    out.write("\n")
