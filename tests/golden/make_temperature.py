#!/usr/bin/env python3
"""Make tests/golden/temperature.csv, temperatures that SciPy finds.

    pip install scipy
    python3 tests/golden/make_temperature.py > tests/golden/temperature.csv

Each line is rows, classes, scale, wrong, temperature, mean loss at 1, mean loss there. Logit c of
row r is scale ((7 r + 5 c + r c) mod 11 - 5), float32; the row's class is where its first largest
one is, but in each row that `wrong` divides it is (r mod classes).
"""
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

LOW, HIGH = 0.05, 20.0


def case(rows, classes, scale, wrong):
    r, c = np.mgrid[:rows, :classes]
    z = (scale * ((7 * r + 5 * c + r * c) % 11 - 5)).astype("f4").astype("f8")
    y = z.argmax(1)
    every = np.arange(rows)
    y[every % wrong == 0] = (every % classes)[every % wrong == 0]

    def loss(beta):
        return -log_softmax(beta * z, axis=1)[every, y].mean()

    found = minimize_scalar(loss, bounds=(1 / HIGH, 1 / LOW), method="bounded",
                            options={"xatol": 1e-12})
    beta = min([found.x, 1 / HIGH, 1 / LOW], key=loss)
    print(rows, classes, scale, wrong, repr(float(1 / beta)), repr(float(loss(1))),
          repr(float(loss(beta))), sep=",")


for arguments in [(50, 3, 0.5, 3), (50, 3, 4.0, 3), (200, 6, 1.0, 4), (200, 6, 0.25, 7),
                  (97, 2, 2.0, 5), (31, 6, 1.0, 100), (31, 6, 0.01, 100), (1, 4, 1.0, 2),
                  (40, 4, 1.0, 1)]:
    case(*arguments)
