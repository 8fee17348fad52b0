#!/usr/bin/env python3
"""Search quality beside Optuna's: tune.py BENCH_TUNE [GENERATION]

BENCH_TUNE is the built tests/bench/bench_tune. Ten functions, 30 seeds, 100 trials, GENERATION (1) of
them proposed before they are told: a line for each function with the medians of the best values and
Wilcoxon's p (signed ranks over the seeds, one-sided), for both kinds of TPE. Needs optuna and scipy,
which the project doesn't.
"""
import subprocess
import sys

import numpy as np
import optuna
from scipy.stats import wilcoxon

SEEDS, TRIALS = 30, 100
optuna.logging.set_verbosity(optuna.logging.ERROR)


def sphere(x):
    return np.sum(x**2)


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def ackley(x):
    return 20 + np.e - 20 * np.exp(-0.2 * np.sqrt(np.mean(x**2))) - np.exp(np.mean(np.cos(2 * np.pi * x)))


def rastrigin(x):
    return np.sum(10 + x**2 - 10 * np.cos(2 * np.pi * x))


def branin(x):
    y = x[1] - 5.1 / (4 * np.pi**2) * x[0] ** 2 + 5 / np.pi * x[0] - 6
    return y**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x[0]) + 10


def hartmann6(x):
    a = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]])
    p = 1e-4 * np.array([[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]])
    return -np.sum(np.array([1, 1.2, 3, 3.2]) * np.exp(-np.sum(a * (x - p) ** 2, axis=1)))


def levy(x):
    w = 1 + (x - 1) / 4
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
    return np.sin(np.pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2)


def styblinski(x):
    return np.sum(x**4 - 16 * x**2 + 5 * x) / 2


def griewank(x):
    return np.sum(x**2) / 4000 - np.prod(np.cos(x / np.sqrt(np.arange(1, len(x) + 1)))) + 1


def mixed(trial):
    rate = np.log10(trial.suggest_float("x0", 1e-5, 1e-1, log=True)) + 2.7
    units = (trial.suggest_int("x1", 16, 256, step=16) - 96) / 64
    layers = trial.suggest_int("x2", 1, 4) - 2
    sgd = trial.suggest_categorical("x3", ["adam", "sgd"]) == "sgd"
    momentum = (trial.suggest_float("x4", 0, 0.99) - 0.8) ** 2 if sgd else 0.2
    return rate**2 + units**2 + 0.3 * layers**2 + momentum + 0.5 * rate * units


FUNCTIONS = {
    "sphere": (sphere, 5, -5.12, 5.12), "rosenbrock": (rosenbrock, 2, -5, 10),
    "ackley": (ackley, 5, -32.768, 32.768), "rastrigin": (rastrigin, 3, -5.12, 5.12),
    "branin": (branin, 2, None, None), "hartmann6": (hartmann6, 6, 0, 1), "levy": (levy, 4, -10, 10),
    "styblinski": (styblinski, 4, -5, 5), "griewank": (griewank, 4, -600, 600), "mixed": None,
}


def objective(name):
    if name == "mixed":
        return mixed
    function, dimensions, low, high = FUNCTIONS[name]
    ranges = [(-5, 10), (0, 15)] if name == "branin" else [(low, high)] * dimensions
    return lambda trial: function(np.array([trial.suggest_float(f"x{i}", *r) for i, r in enumerate(ranges)]))


def optuna_best(name, seed, multivariate, generation):
    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=multivariate)
    study, function = optuna.create_study(sampler=sampler), objective(name)
    for _ in range(TRIALS // generation):
        asked = [study.ask() for _ in range(generation)]
        values = [function(trial) for trial in asked]
        for trial, value in zip(asked, values):
            study.tell(trial, value)
    return study.best_value


def ours(bench, sampler, generation):
    lines = subprocess.run([bench, sampler, str(generation), str(TRIALS), str(SEEDS)], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    best = {}
    for line in lines:
        name, _, value = line.split()
        best.setdefault(name, []).append(float(value))
    return {name: np.array(values) for name, values in best.items()}


bench, generation = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
for sampler in ("tpe", "tpe-univariate"):
    mine, better, worse = ours(bench, sampler, generation), 0, 0
    print(f"{sampler}, {generation} at a time: function, our median, Optuna's, p that ours are worse, p better")
    for name in FUNCTIONS:
        theirs = np.array([optuna_best(name, seed, sampler == "tpe", generation) for seed in range(SEEDS)])
        p = wilcoxon(mine[name], theirs, alternative="greater").pvalue
        q = wilcoxon(mine[name], theirs, alternative="less").pvalue
        print(f"{name:12} {np.median(mine[name]):10.4g} {np.median(theirs):10.4g} {p:8.3f} {q:8.3f}", flush=True)
