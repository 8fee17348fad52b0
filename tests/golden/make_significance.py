"""Writes significance.json: p values from scipy and statsmodels.

mcnemar: first, second, statistic, p. wilcoxon: differences, plus, minus, p (scipy's; where it would
approximate in spite of few differences, the exact one, counted here over sums of ranks).
resampled_t: differences, ratio, t, p. holm: p, adjusted.
"""

import json
from collections import Counter

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(6)


def mcnemar_case(first, second):
    result = mcnemar([[10, first], [second, 10]], exact=first + second < 25, correction=True)
    return {"first": first, "second": second, "statistic": float(result.statistic), "p": float(result.pvalue)}


def ranks(d):
    d = d[d != 0]
    rank = stats.rankdata(np.abs(d))
    return d, rank, rank[d > 0].sum(), rank[d < 0].sum()


def exact(d):
    d, rank, plus, minus = ranks(d)
    ways = Counter({0: 1})
    for r in rank:
        more = Counter(ways)
        for total, n in ways.items():
            more[total + r] += n
        ways = more
    return min(1.0, 2 * sum(n for total, n in ways.items() if total <= min(plus, minus)) / 2 ** len(d))


def wilcoxon_case(d):
    d = np.array(d, float)
    some, rank, plus, minus = ranks(d)
    ties = len(np.unique(rank)) < len(rank) or len(some) < len(d)
    p = exact(d) if ties and 13 < len(d) and len(some) <= 50 else stats.wilcoxon(d).pvalue
    return {"differences": d.tolist(), "plus": plus, "minus": minus, "p": float(p)}


def resampled_case(d, ratio):
    d = np.array(d, float)
    t = d.mean() / np.sqrt((1 / len(d) + ratio) * d.var(ddof=1))
    return {"differences": d.tolist(), "ratio": ratio, "t": t, "p": 2 * stats.t.sf(abs(t), len(d) - 1)}


def holm_case(p):
    return {"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()}


golden = {
    "mcnemar": [mcnemar_case(*c) for c in
                [(0, 0), (1, 0), (0, 6), (5, 5), (3, 15), (12, 12), (12, 13), (25, 0), (40, 31), (20, 20),
                 (300, 100), (0, 1000)]],
    "wilcoxon": [wilcoxon_case(d) for d in [
        [1.0], [1, 2, 3, 4, 5, 6], [-1, 2, -3, 4, -5, 6], rng.normal(0.5, 1, 9), rng.normal(0, 1, 50),
        rng.normal(0.2, 1, 51), [1, 1, 2, -1, 2, 3], [0, 0, 1, -2, 3, 4, 0], [1, -1, 1, -1],
        np.round(rng.normal(0.4, 1, 30), 1), np.round(rng.normal(0.2, 1, 80), 1),
        np.round(rng.normal(0.2, 1, 13), 1), [0.5] * 12]],
    "resampled_t": [resampled_case(*c) for c in [
        (rng.normal(0.5, 1, 10), 0.4), (rng.normal(0, 1, 30), 1 / 29), ([1, 2], 0.0),
        (rng.normal(3, 0.1, 5), 0.25)]],
    "holm": [holm_case(p) for p in [[0.03], [0.01, 0.04, 0.03], [0.5, 0.6, 0.7], [0.01, 0.01, 0.01, 0.2],
                                    rng.uniform(0, 0.2, 10).tolist()]],
}
with open("significance.json", "w") as out:
    json.dump(golden, out, indent=1)
    out.write("\n")
