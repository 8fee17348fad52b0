"""Writes measures.json: what scikit-learn makes of labels, predictions and probabilities.

Each case: classes, y, predicted, probabilities (or null), and expected: the measures by the names
that har-summarize --json has (null: not defined), per_class, macro, weighted, the confusion matrix,
and the text of classification_report. Means over classes are scikit-learn's default: over those that occur. The calibration error is
computed here, from its definition.
"""

import json
import warnings

import numpy as np
from sklearn import metrics

warnings.simplefilter("ignore")
rng = np.random.default_rng(6)


def calibration_error(y, predicted, p, bins=15):
    confidence = p[np.arange(len(y)), predicted]
    edges = np.linspace(0, 1, bins + 1)
    at = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    error = 0.0
    for b in range(bins):
        inside = at == b
        if inside.any():
            right = (y[inside] == predicted[inside]).mean()
            error += inside.mean() * abs(right - confidence[inside].mean())
    return error


def brier(y, p):
    return float(np.mean(np.sum((p - np.eye(p.shape[1])[y]) ** 2, axis=1)))


def expected(y, predicted, p, classes):
    every = list(range(classes))
    scores = {}
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        y, predicted, labels=every, zero_division=0
    )
    scores["per_class"] = [list(map(float, row)) for row in zip(precision, recall, f1, support)]
    for mean in ("macro", "weighted"):
        scores[mean] = [
            float(v)
            for v in metrics.precision_recall_fscore_support(
                y, predicted, average=mean, zero_division=0
            )[:3]
        ]
    scores["accuracy"] = metrics.accuracy_score(y, predicted)
    scores["balanced_accuracy"] = metrics.balanced_accuracy_score(y, predicted)
    scores["macro_f1"] = metrics.f1_score(y, predicted, average="macro", zero_division=0)
    scores["weighted_f1"] = metrics.f1_score(y, predicted, average="weighted", zero_division=0)
    scores["kappa"] = metrics.cohen_kappa_score(y, predicted)
    scores["mcc"] = metrics.matthews_corrcoef(y, predicted)
    scores["log_loss"] = scores["brier"] = scores["ece"] = None
    if p is not None:
        p = p.astype(np.float64)
        scores["log_loss"] = metrics.log_loss(y, p, labels=every)
        scores["brier"] = brier(y, p)
        if classes > 2:
            theirs = metrics.brier_score_loss(y, p, labels=every)
            assert abs(scores["brier"] - theirs) < 1e-12
        scores["ece"] = calibration_error(y, predicted, p)
    scores["confusion"] = metrics.confusion_matrix(y, predicted, labels=every).tolist()
    occur = sorted(set(y) | set(predicted))
    scores["report"] = metrics.classification_report(
        y, predicted, labels=occur, target_names=[f"class {k}" for k in occur], digits=4, zero_division=0
    )
    scores = {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in scores.items()}
    return scores


def case(name, classes, y, predicted=None, p=None):
    y = np.array(y)
    if p is not None:
        p = np.array(p, np.float32)
        predicted = p.argmax(axis=1)
    predicted = np.array(predicted)
    return {
        "name": name,
        "classes": classes,
        "y": y.tolist(),
        "predicted": predicted.tolist(),
        "probabilities": None if p is None else [float(v) for v in p.ravel()],
        "expected": expected(y, predicted, p, classes),
    }


def softmax(y, classes, sharpness):
    z = rng.normal(size=(len(y), classes)) + sharpness * np.eye(classes)[y]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


six = rng.integers(0, 6, 40)
five = rng.integers(0, 5, 30)
cases = [
    case("six classes", 6, six, p=softmax(six, 6, 2.0)),
    case("skewed", 3, s := rng.choice(3, 35, p=[0.8, 0.15, 0.05]), p=softmax(s, 3, 1.0)),
    case("without probabilities", 4, [0, 1, 2, 3, 3, 2, 1], [0, 1, 1, 3, 2, 2, 1]),
    case("a class absent from labels", 3, [0, 0, 1, 1], [0, 2, 1, 1]),
    case("a class absent from predictions", 3, [0, 1, 2, 2], [0, 1, 1, 0]),
    case("a class absent from both", 6, five, p=np.pad(softmax(five, 5, 2.0), ((0, 0), (0, 1)))),
    case("one class, all right", 3, [1, 1, 1], [1, 1, 1]),
    case("one class, all wrong", 3, [1, 1, 1], [2, 2, 2]),
    case("all predicted alike", 2, [0, 1, 1, 0, 1], [1, 1, 1, 1, 1]),
    case("one row, right", 2, [1], p=[[0.25, 0.75]]),
    case("one row, wrong", 3, [2], p=[[0.5, 0.25, 0.25]]),
    case("two classes", 2, t := rng.integers(0, 2, 25), p=softmax(t, 2, 1.0)),
    case("certain and wrong", 3, [0, 1, 2, 0], p=[[0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]),
]

with open("measures.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
