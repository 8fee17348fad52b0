#!/usr/bin/env python3
"""Make the golden values of the layer statistics that tests/unit/test_rocket.c compares with.

    pip install numpy msgpack msgpack-numpy
    python3 tests/golden/make_statistics.py tests/golden

A folder `statistics` with model.har, which has no weights, and windows.har: x, and as a tensor of
our own `features`.
"""
import os
import sys

import numpy as np
from streams import write_model, write_segment

STEPS, CHANNELS = 50, 3


def log(a):
    return np.log(np.abs(a) + 1e-5)


def bands(steps):
    edges = sorted([2**j for j in range(20)] + [3 * 2**j for j in range(20)])
    starts = [e for e in edges if e < steps // 2]
    return [(a, min(b, steps // 2)) for a, b in zip(starts, starts[1:] + [steps])]


def features(x):
    mean, s = x.mean(), x.std()
    quantile = np.percentile(x, [5, 25, 50, 75, 95])
    result = [mean, log(s), quantile[2], log(quantile[3] - quantile[1]),
              log(quantile[4] - quantile[0]), x.max(), x.min(), log(np.abs(x - mean).mean())]
    z = (x - mean) / (s + 1e-6)
    result += [np.mean(z**3), min(np.mean(z**4), 20)]
    result += [np.mean(z[lag:] * z[:-lag]) for lag in (1, 2, 4, 8, 16, 32)]
    result.append(np.mean(z[1:] * z[:-1] < 0))
    power = np.abs(np.fft.fft((x - mean) * np.hanning(len(x))))[:len(x) // 2] ** 2
    result += [log(power[a:b].mean()) for a, b in bands(len(x))]
    k, share = np.arange(1, len(power)), power[1:] / (power[1:].sum() + 1e-12)
    return result + [(share * k).sum(), -(share * np.log(share + 1e-12)).sum(),
                     k[power[1:].argmax()]]


random = np.random.default_rng(1)
x = np.cumsum(random.normal(0, 1, (5, STEPS, CHANNELS)), 1).astype("<f4")
x[1] = random.normal(3, 0.1, (STEPS, CHANNELS))
x[2, :, 1] = 2
result = np.array([[features(row[:, c].astype("f8")) for c in range(CHANNELS)] for row in x])
folder = os.path.join(sys.argv[1], "statistics")
os.makedirs(folder, exist_ok=True)
net = f"profile keras2\ninput {STEPS} {CHANNELS}\nstatistics\n"
write_model(f"{folder}/model.har", {"net": net, "profile": "keras2"}, [], [])
write_segment(f"{folder}/windows.har", {"type": "windows"},
              [{"x": x, "features": result.reshape(len(x), -1).astype("<f4")}], len(x))
