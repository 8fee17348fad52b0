#!/usr/bin/env python3
"""Writes tune.json: what Optuna makes of given trials, for tests/unit/test_tune.c.

    make_tune.py > tune.json          (Optuna 5.0, numpy, scipy)

"normal": log P(a < Z <= b). "parzen": for each case the space, the values of the trials, the centers
and widths of all kernels (numbers only), their weights, and log densities at points. Of more than 16
trials none are equal, for then numpy's sort decides which kernel gets which width. "importance":
trials with their losses, and PED-ANOVA's word on each parameter.
"""
import json
import sys
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.samplers._tpe import _truncnorm
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
random = np.random.default_rng(7)

SPACE = {
    "rate": ("float rate 1e-05 0.1 log", FloatDistribution(1e-5, 1e-1, log=True)),
    "units": ("int units 16 256 step=16", IntDistribution(16, 256, step=16)),
    "width": ("int width 8 128 log", IntDistribution(8, 128, log=True)),
    "kind": ("categorical kind adam sgd rmsprop", CategoricalDistribution(["adam", "sgd", "rmsprop"])),
    "momentum": ("float momentum 0 0.99 if kind=sgd", FloatDistribution(0, 0.99)),
    "dropout": ("float dropout 0 0.7", FloatDistribution(0, 0.7)),
    "tick": ("float tick 0 1 step=0.25", FloatDistribution(0, 1, step=0.25)),
}


def draw(name, distribution):
    if isinstance(distribution, CategoricalDistribution):
        return int(random.integers(len(distribution.choices)))
    low, high = distribution.low, distribution.high
    if distribution.log:
        value = np.exp(random.uniform(np.log(low), np.log(high)))
    else:
        value = random.uniform(low, high)
    if distribution.step:
        value = low + np.round((value - low) / distribution.step) * distribution.step
    return float(value)


def parzen(names, count):
    space = {name: SPACE[name][1] for name in names}
    values = [[draw(name, space[name]) for name in names] for _ in range(count)]
    points = [[draw(name, space[name]) for name in names] for _ in range(5)]
    columns = lambda rows: {name: np.array([row[i] for row in rows]) for i, name in enumerate(names)}
    estimator = _ParzenEstimator(columns(values), space,
                                 _ParzenEstimatorParameters(1.0, True, False, default_weights, True))
    mixture = estimator._mixture_distribution
    return {"space": "\n".join(SPACE[name][0] for name in names), "values": values, "points": points,
            "weights": list(mixture.weights), "log_densities": list(estimator.log_pdf(columns(points))),
            "centers": [list(getattr(d, "mu", [])) for d in mixture.distributions],
            "widths": [list(getattr(d, "sigma", [])) for d in mixture.distributions]}


def importance(count):
    names = ["rate", "units", "width", "kind", "momentum", "dropout"]
    study, values, losses = optuna.create_study(), [], []
    for _ in range(count):
        row = {name: draw(name, SPACE[name][1]) for name in names}
        if row["kind"] != 1:
            del row["momentum"]
        loss = (np.log10(row["rate"]) + 3) ** 2 + abs(row["units"] - 128) / 200 - 0.3 * (row["kind"] == 0)
        loss = float(loss + 0.1 * random.normal())
        values.append([row.get(name) for name in names])
        losses.append(loss)
        row["kind"] = SPACE["kind"][1].choices[row["kind"]]
        row["units"], row["width"] = int(row["units"]), int(row["width"])
        study.add_trial(optuna.trial.create_trial(
            params=row, distributions={name: SPACE[name][1] for name in row}, value=loss))
    shares = optuna.importance.get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())
    return {"space": "\n".join(SPACE[name][0] for name in names), "values": values, "losses": losses,
            "importances": [shares[name] for name in names]}


intervals = [(-1, 1), (-3, -2.5), (2, 4), (-30, -29.5), (25, 31), (-8, 8), (0, 0.01), (-0.5, 3), (6, 6.5), (-40, -2)]
mass = _truncnorm._log_gauss_mass(*np.array(intervals, float).T)
json.dump({
    "normal": [[a, b, m] for (a, b), m in zip(intervals, mass)],
    "parzen": [parzen(["rate"], 0), parzen(["dropout"], 1), parzen(["units"], 2), parzen(["width"], 7),
               parzen(["kind"], 6), parzen(["tick"], 9), parzen(["rate", "kind", "dropout"], 30),
               parzen(["dropout", "rate"], 60)],
    "importance": importance(40),
}, sys.stdout, separators=(",", ":"))
print()
