"""Writes bootstrap.json: intervals over people, drawn by this script's own Philox4x32-10.

Each case: classes, runs x people of confusion matrices, optionally those of another model, resamples,
level, seed, and the expected intervals of accuracy and macro_f1 (scikit-learn's, of numpy.quantile).
"""

import json

import numpy as np
from sklearn import metrics

BOOTSTRAP = 9  # enum har_purpose
rng = np.random.default_rng(9)


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


def below(seed, index, bound):
    word = philox([index & 0xFFFFFFFF, index >> 32, 0, BOOTSTRAP << 16], [seed & 0xFFFFFFFF, seed >> 32])
    return ((word[0] << 32 | word[1]) * bound) >> 64


def measures(confusion):
    y = np.repeat(np.arange(len(confusion)), confusion.sum(axis=1))
    predicted = np.concatenate([np.repeat(np.arange(len(row)), row) for row in confusion])
    return np.array([
        metrics.accuracy_score(y, predicted),
        metrics.f1_score(y, predicted, average="macro", zero_division=0),
    ])


def draw_value(confusion, drawn):
    """Mean over runs, each weighing as many drawn people as it met."""
    total, weight = np.zeros(2), 0
    for run in confusion:
        met = [p for p in drawn if run[p].sum() > 0]
        if met:
            total += len(met) * measures(sum(run[p] for p in met))
            weight += len(met)
    return total / weight


def case(runs, people, classes, folds=False, other=False, resamples=200, level=0.95, seed=1):
    shape = (runs, people, classes, classes)

    def model():
        confusion = rng.integers(0, 4, shape) + 6 * np.eye(classes, dtype=int)
        if folds:
            for r in range(runs):
                confusion[r, [p for p in range(people) if p % runs != r]] = 0
        return confusion

    one, two = model(), model() if other else None
    values = []
    for b in range(resamples):
        drawn = [below(seed, b * people + i, people) for i in range(people)]
        value = draw_value(one, drawn)
        values.append(value - draw_value(two, drawn) if other else value)
    tails = [(1 - level) / 2, (1 + level) / 2]
    return {
        "runs": runs, "people": people, "classes": classes, "resamples": resamples, "level": level,
        "seed": seed, "confusion": one.ravel().tolist(),
        "other": None if two is None else two.ravel().tolist(),
        "expected": np.quantile(np.array(values), tails, axis=0).T.tolist(),
    }


cases = [
    case(1, 9, 3),
    case(3, 5, 3, seed=2**40 + 7, level=0.9),
    case(5, 5, 2, folds=True),
    case(2, 5, 3, folds=True, other=True),
    case(2, 6, 3, other=True, resamples=101),
]
with open("bootstrap.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
