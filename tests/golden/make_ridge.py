#!/usr/bin/env python3
"""Writes ridge.csv: ridge regression as scikit-learn does it, for tests/unit/test_ridge.c.

    pip install scikit-learn
    cd tests/golden && python3 make_ridge.py

Lines, for so many rows and features:
  alpha,ROWS,WIDTH,A                   the one RidgeClassifierCV chooses of 0.01 1 100, by single rows
  error,ROWS,WIDTH,A,row,E             mean square of what single rows are off by, alpha being A
  error,ROWS,WIDTH,A,person,E          the same for rows of one person left out together, by refits
  coefficients,ROWS,WIDTH,A,w00,...    of class 0 for feature 0, of class 1, ...; of feature 1
  intercept,ROWS,WIDTH,A,b0,...
The features: f[r][i] = sin(1 + r + i r) + (i mod 3) c, the class: c = (r + r // 5) mod 3, the
person: r // 7.
"""
import numpy as np
from sklearn.linear_model import Ridge, RidgeClassifierCV

ALPHAS = [0.01, 1.0, 100.0]


def numbers(values):
    return ",".join(repr(float(v)) for v in np.ravel(values))


def cases(out, rows, width):
    r, i = np.arange(rows)[:, None], np.arange(width)[None, :]
    label = (r[:, 0] + r[:, 0] // 5) % 3
    f = np.sin(1 + r + i * r) + i % 3 * label[:, None]
    y = np.where(label[:, None] == np.arange(3), 1.0, -1.0)
    person = r[:, 0] // 7
    chosen = RidgeClassifierCV(alphas=ALPHAS, store_cv_results=True).fit(f, label)
    print(f"alpha,{rows},{width},{chosen.alpha_!r}", file=out)
    for k, alpha in enumerate(ALPHAS):
        name = f"{rows},{width},{alpha}"
        print(f"error,{name},row,{float(chosen.cv_results_[:, :, k].mean())!r}", file=out)
        held = np.empty_like(y)
        for p in np.unique(person):
            rest = Ridge(alpha=alpha).fit(f[person != p], y[person != p])
            held[person == p] = rest.predict(f[person == p])
        print(f"error,{name},person,{float(np.mean((y - held) ** 2))!r}", file=out)
    name = f"{rows},{width},{chosen.alpha_!r}"
    print(f"coefficients,{name},{numbers(chosen.coef_.T)}", file=out)
    print(f"intercept,{name},{numbers(chosen.intercept_)}", file=out)


with open("ridge.csv", "w") as out:
    cases(out, 40, 12)
    cases(out, 30, 70)
