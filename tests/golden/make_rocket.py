#!/usr/bin/env python3
"""Make the golden values of MiniRocket that tests/unit/test_rocket.c compares with, from aeon.

    pip install aeon msgpack msgpack-numpy
    python3 tests/golden/make_rocket.py tests/golden

For each case a folder with
    model.har      the channels that aeon drew for each combination, as weights of our net, and the
                   biases that it found on the first row
    windows.har    rows: x, and as a tensor of our own `features`, aeon's of all rows
"""
import os
import sys

import numpy as np
from aeon.transformations.collection.convolution_based import MiniRocket
from streams import write_model, write_segment

CASES = {  # rows, steps, channels, features
    "rocket": (3, 128, 9, 9996),
    "rocket_one": (6, 41, 1, 840),
    "rocket_short": (5, 9, 3, 168),
}


def make(folder, name, rows, steps, channels, features):
    random = np.random.default_rng(steps)
    x = np.cumsum(random.normal(0, 1, (rows, steps, channels)), 1).astype("<f4")
    turned = np.ascontiguousarray(x.transpose(0, 2, 1))
    transform = MiniRocket(n_kernels=features, random_state=3).fit(turned[:1])
    counts, drawn, dilations, shares, biases = transform.parameters
    sets = np.zeros((len(counts), channels), "<f4")
    for row, channel in zip(sets, np.split(drawn, np.cumsum(counts)[:-1])):
        row[channel] = 1
    if channels == 1:
        sets[:] = 1
    net = f"profile keras2\ninput {steps} {channels}\nmini_rocket {features}\n"
    os.makedirs(f"{folder}/{name}", exist_ok=True)
    write_model(f"{folder}/{name}/model.har", {"net": net, "profile": "keras2"},
                ["mini_rocket/channels", "mini_rocket/biases"], [sets, biases])
    write_segment(f"{folder}/{name}/windows.har", {"type": "windows"},
                  [{"x": x, "features": transform.transform(turned).astype("<f4")}], rows)


for name, case in CASES.items():
    make(sys.argv[1], name, *case)
