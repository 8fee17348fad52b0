#!/usr/bin/env python3
"""Make the golden values of early stopping: what Keras's EarlyStopping does.

    pip install 'tensorflow-cpu==2.12.*' msgpack msgpack-numpy
    python3 tests/golden/make_stopping.py tests/golden

stopping/rule.csv: one line a course of values,
    monitor, patience, min_delta, epoch where it stopped (0: it didn't), best epoch, values...
all of them multiples of 1/64, so that ties are ties in float32 and double. Of the values that come
after it has stopped, none is met.

stopping/plain/, stopping/losses/: a net trained with validation_data until it stopped:
    net, initial.har   as make_golden.py makes them
    windows.har        rows, subject and split 1 or 2; `last` and `best`: the predictions with the weights of
                       the epoch in which it stopped, and with those that restore_best_weights kept
    history.csv        what fit() returns, a line an epoch
With Keras 3 (any backend), the argument `--rule` checks rule.csv instead.
"""
import csv
import os
import sys

import keras
import numpy as np

MONITORS = {"val_loss": "min", "val_accuracy": "max", "loss": "min", "accuracy": "max"}
LAYERS = "input 7 3\nlstm 8\ndense 3 activation=softmax\n"
# Options of har-train, as fit() and compile() take them.
CASES = {
    "plain": dict(monitor="val_loss", patience=3, min_delta=0.0),
    "losses": dict(monitor="val_accuracy", patience=4, min_delta=0.05, l2=0.01,
                   label_smoothing=0.1, class_weights=[1.0, 2.0, 0.5]),
}


class Stub:
    """A model whose weights are the number of its epoch."""
    stop_training = False
    epoch = 0

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.epoch = weights


def follow(monitor, patience, min_delta, values):
    """The epochs, from 1, where EarlyStopping stops (0: nowhere) and whose weights are best."""
    stop = keras.callbacks.EarlyStopping(monitor=monitor, patience=patience, min_delta=min_delta,
                                         mode=MONITORS[monitor], restore_best_weights=True)
    model = Stub()
    stop.set_model(model)
    stop.on_train_begin()
    for epoch, value in enumerate(values):
        model.epoch = epoch + 1
        stop.on_epoch_end(epoch, {monitor: value})
        if model.stop_training:
            break
    return stop.stopped_epoch + 1 if model.stop_training else 0, stop.best_epoch + 1


def courses():
    random = np.random.default_rng(6)
    for monitor in MONITORS:
        for patience in [0, 1, 2, 3, 5]:
            for min_delta in [0, 1 / 64, 3 / 64]:
                steps = random.integers(-3, 4, 14)
                walk = 40 + np.cumsum(steps if "acc" in monitor else -steps)
                yield monitor, patience, min_delta, list(np.clip(walk, 0, 64) / 64)
        yield monitor, 2, 0, [0.5] * 8
        yield monitor, 30, 0, [0.5, 0.25, 0.75] * 3


def rows_of_rule():
    for monitor, patience, min_delta, values in courses():
        stopped, best = follow(monitor, patience, min_delta, values)
        yield [monitor, patience, repr(float(min_delta)), stopped, best] + [repr(float(v))
                                                                           for v in values]


def make_rule(folder):
    with open(os.path.join(folder, "rule.csv"), "w") as file:
        csv.writer(file, lineterminator="\n").writerows(rows_of_rule())


def check_rule(folder):
    with open(os.path.join(folder, "rule.csv")) as file:
        same = [row == [str(v) for v in made] for row, made in zip(csv.reader(file), rows_of_rule())]
    print(f"Keras {keras.__version__}: {sum(same)} of {len(same)} alike")


def make_case(folder, golden, name, monitor, patience, min_delta, l2=0.0, label_smoothing=0.0,
              class_weights=None):
    keras.backend.clear_session()
    keras.utils.set_random_seed(3)
    random = np.random.default_rng(3)
    regularizer = {"kernel_regularizer": keras.regularizers.l2(l2)} if l2 else {}
    recurrent = {"recurrent_regularizer": keras.regularizers.l2(l2)} if l2 else {}
    layers = keras.layers
    model = keras.Sequential([layers.Input((7, 3)), layers.LSTM(8, **regularizer, **recurrent),
                              layers.Dense(3, "softmax", **regularizer)])
    golden.nudge_biases(model, random)
    labels = random.integers(0, 3, 43)
    x = (random.normal(0, 1, (43, 7, 3)) + 0.3 * labels[:, None, None]).astype("f4")
    y = np.eye(3, dtype="f4")[labels]
    split = np.where(np.arange(43) % 4 == 3, 2, 1).astype("u1")
    train, held = split == 1, split == 2

    os.makedirs(os.path.join(folder, name), exist_ok=True)
    trained, _ = golden.named_weights(model, None)
    about = {"source": "golden", "net": LAYERS, "profile": "keras2",
             "labels": [f"class {i}" for i in range(3)]}
    with open(os.path.join(folder, name, "net"), "w") as file:
        file.write(LAYERS)
    golden.write_model(os.path.join(folder, name, "initial.har"), about, [n for n, _ in trained],
                       golden.values_of(trained))
    model.compile(loss=keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing),
                  optimizer=keras.optimizers.Adam(0.02), metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(monitor=monitor, patience=patience, min_delta=min_delta,
                                         restore_best_weights=True)
    last = []
    predict = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: last.append(model.predict(x, verbose=0)))
    history = model.fit(x[train], y[train], batch_size=8, epochs=60, shuffle=False, verbose=0,
                        validation_data=(x[held], y[held]), validation_batch_size=8,
                        class_weight=class_weights and dict(enumerate(class_weights)),
                        callbacks=[predict, stop]).history
    assert stop.stopped_epoch > 0
    print(name, len(last), "epochs, best", stop.best_epoch + 1)
    with open(os.path.join(folder, name, "history.csv"), "w") as file:
        keys = ["loss", "accuracy", "val_loss", "val_accuracy"]
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(keys)
        writer.writerows(zip(*[history[key] for key in keys]))
    frame = {"x": x, "y": labels.astype("<i4"), "subject": split.astype("<i4"), "split": split,
             "last": last[-1], "best": model.predict(x, verbose=0)}
    header = {"type": "windows", "source": "golden", "labels": about["labels"]}
    golden.write_segment(os.path.join(folder, name, "windows.har"), header, [frame], len(x))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    stopping = os.path.join(sys.argv[1], "stopping")
    if "--rule" in sys.argv[2:]:
        check_rule(stopping)
    else:
        import make_golden
        os.makedirs(stopping, exist_ok=True)
        make_rule(stopping)
        for case, options in CASES.items():
            make_case(stopping, make_golden, case, **options)
