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
  pair,ROWS,WIDTH,A,BEFORE,AFTER,C,D,N the rows wrong where people are left out, without and with a
                                       regression of N rows for C and D, the classes most confused
  paired,ROWS,WIDTH,A,w00,...,b0,...   coefficients and intercepts with it, if fewer are wrong so
The features: f[r][i] = sin(1 + r + i r) + (i mod 3) c, the class: c = (r + r // 5) mod 3, the
person: r // 7.
"""
import numpy as np
from sklearn.linear_model import Ridge, RidgeClassifierCV

ALPHAS = [0.01, 1.0, 100.0]


def numbers(values):
    return ",".join(repr(float(v)) for v in np.ravel(values))


def held_out(f, y, person, alpha):
    held = np.empty_like(y)
    for p in np.unique(person):
        rest = Ridge(alpha=alpha).fit(f[person != p], y[person != p])
        held[person == p] = rest.predict(f[person == p])
    return held


def apart(values, own, pair):
    """VALUES (..., 3) with those of the pair as far apart as OWN (..., 2)"""
    middle, half = values[..., pair].mean(-1), (own[..., 0] - own[..., 1]) / 2
    values = values.copy()
    values[..., pair[0]], values[..., pair[1]] = middle + half, middle - half
    return values


def pairs(out, name, f, y, label, person, alpha):
    held = held_out(f, y, person, alpha)
    confused = np.zeros((3, 3), int)
    for is_, seems in zip(label, held.argmax(1)):
        confused[min(is_, seems), max(is_, seems)] += is_ != seems
    pair = list(np.unravel_index(confused.argmax(), confused.shape))
    of = np.isin(label, pair) | (np.arange(len(label)) % 4 == 0)
    targets = np.where(np.isin(label, pair)[:, None], y[:, pair], 0)[of]
    two = Ridge(alpha=alpha).fit(f[of], targets)
    own = two.predict(f)
    own[of] = held_out(f[of], targets, person[of], alpha)
    before, after = [(h.argmax(1) != label).sum() for h in (held, apart(held, own, pair))]
    print(f"pair,{name},{before},{after},{pair[0]},{pair[1]},{of.sum()}", file=out)
    all_ = Ridge(alpha=alpha).fit(f, y)
    weights, intercept = all_.coef_.T, all_.intercept_
    if after < before:
        weights = apart(weights, two.coef_.T, pair)
        intercept = apart(intercept, two.intercept_, pair)
    print(f"paired,{name},{numbers(weights)},{numbers(intercept)}", file=out)


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
        error = float(np.mean((y - held_out(f, y, person, alpha)) ** 2))
        print(f"error,{name},person,{error!r}", file=out)
        pairs(out, name, f, y, label, person, alpha)
    name = f"{rows},{width},{chosen.alpha_!r}"
    print(f"coefficients,{name},{numbers(chosen.coef_.T)}", file=out)
    print(f"intercept,{name},{numbers(chosen.intercept_)}", file=out)


with open("ridge.csv", "w") as out:
    cases(out, 40, 12)
    cases(out, 30, 70)
