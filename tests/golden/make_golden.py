#!/usr/bin/env python3
"""Make the golden values that tests/unit/test_golden.c compares with: small nets in Keras.

    pip install 'tensorflow-cpu==2.12.*' msgpack msgpack-numpy     # Keras 2.12: profile keras2
    pip install tensorflow-cpu msgpack msgpack-numpy               # Keras 3: profile keras3
    python3 tests/golden/make_golden.py tests/golden [NAME...]

The nets are in cases_*.py beside this file: each has a dictionary NETS of name -> dict of
    rows, batch, epochs   whose batches come to ten in all
    net                   its text; `profile keras3` in it asks for Keras 3, else for Keras 2
    layers                from keras.layers L: the list of layers, or a functional Model
    whole                 x and the first kernels are whole numbers, so that values tie
    names                 our name of each layer that has weights, in Keras's order (default: Keras's)
    train                 options of training, as trained.har's header has them, where there are any
Only the nets of the installed Keras's profile are made. For each a folder with
    net            its text
    initial.har    a model: the weights at the start
    windows.har    rows: x, y, and as tensors of our own `before` and `after`, the predictions
                   with the first and with the last weights
    gradients.har  a model: the gradient of the mean loss over all rows at the start, as weights;
                   its header's `loss` is that loss
    trained.har    a model: the weights after ten Adam steps without shuffling; its header holds
                   `batch` and `epochs`, and of the options clip_norm, clip_value, weight_decay, l2
                   (which the layers ask for too), label_smoothing, schedule and class_weights
Normalization layers are adapted to x first.
"""
import glob
import importlib.util
import os
import sys

import keras
import numpy as np
import tensorflow as tf
from streams import write_model, write_segment


def weight_names(model, names):
    """Our names of the trainable weights: Keras's own, or with NAMES instead of its layers'."""
    layers = [layer for layer in model.layers if layer.trainable_variables]
    given = names or [layer.name for layer in layers]
    if names:  # one name for each cell or inner layer, in the order of their weights
        kernels = [v for v in model.trainable_variables]
        owner, result, seen = -1, [], set()
        for variable in kernels:
            last = variable.name.split(":")[0].split("/")[-1]
            if owner < 0 or last in seen:
                owner, seen = owner + 1, set()
            seen.add(last)
            result.append(f"{given[owner]}/{last}")
        return result
    return [f"{name}/{v.name.split(':')[0].split('/')[-1]}"
            for name, layer in zip(given, layers) for v in layer.trainable_variables]


def named_weights(model, names):
    """All weights by our names: the trained ones, then statistics (but for Keras's count)."""
    trained = list(zip(weight_names(model, names), model.trainable_variables))
    known = {id(variable) for _, variable in trained}
    fixed = [(f"{layer.name}/{v.name.split(':')[0].split('/')[-1]}", v)
             for layer in model.layers for v in layer.weights if id(v) not in known]
    return trained, [(name, v) for name, v in fixed if not name.endswith("/count")]


def values_of(named):
    return [variable.numpy() for _, variable in named]


def nudge_biases(model, random):
    model.set_weights([w + random.normal(0, 0.1, w.shape).astype("f4") if w.ndim == 1 else w
                       for w in model.get_weights()])


def mean_loss_gradients(model, x, y):
    weights = model.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, model(x, training=True)))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(weights)  # the pass has moved statistics
    return float(loss), gradients


def schedule_of(text, rate):
    """RATE, or Keras's schedule for exponential:RATE,STEPS, step:RATE,STEPS or cosine:STEPS."""
    if text is None:
        return rate
    kind, numbers = text.split(":")
    numbers = [float(number) for number in numbers.split(",")]
    if kind == "cosine":
        return tf.keras.optimizers.schedules.CosineDecay(rate, int(numbers[0]))
    return tf.keras.optimizers.schedules.ExponentialDecay(rate, numbers[1], numbers[0],
                                                       staircase=kind == "step")


def class_weights_of(text, labels, classes):
    if text is None:
        return None
    if text == "balanced":
        return {c: len(labels) / (classes * (labels == c).sum()) for c in range(classes)}
    return {c: float(weight) for c, weight in enumerate(text.split(","))}


def compile_model(model, train):
    model.compile(
        loss=keras.losses.CategoricalCrossentropy(
            label_smoothing=train.get("label_smoothing", 0)),
        optimizer=tf.keras.optimizers.Adam(
            schedule_of(train.get("schedule"), 0.001), global_clipnorm=train.get("clip_norm"),
            clipvalue=train.get("clip_value"), weight_decay=train.get("weight_decay")))


def round_kernels(model):
    model.set_weights([np.round(2 * w) if w.ndim > 1 else w for w in model.get_weights()])


def make(folder, name, rows, batch, epochs, net, layers, names=None, whole=False, train={}):
    keras.backend.clear_session()
    keras.utils.set_random_seed(len(name))
    random = np.random.default_rng(len(name))
    built = layers(keras.layers)
    model = keras.Sequential(built) if isinstance(built, list) else built
    nudge_biases(model, random)
    classes = model.output_shape[-1]
    x = random.normal(0, 1, (rows,) + model.input_shape[1:]).astype("f4")
    if whole:
        x = np.round(x)
        round_kernels(model)
    labels = random.integers(0, classes, rows)
    y = np.eye(classes, dtype="f4")[labels]

    folder = os.path.join(folder, name)
    os.makedirs(folder, exist_ok=True)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.adapt(x)
    trained, fixed = named_weights(model, names)
    names = [name for name, _ in trained + fixed]
    about = {"source": "golden", "net": net, "profile": profile_of(net),
             "labels": [f"class {i}" for i in range(classes)]}
    with open(os.path.join(folder, "net"), "w") as file:
        file.write(net)
    write_model(os.path.join(folder, "initial.har"), about, names,
                values_of(trained + fixed))
    loss, gradients = mean_loss_gradients(model, x, y)
    gradients = list(gradients) + [np.zeros_like(value) for value in values_of(fixed)]
    write_model(os.path.join(folder, "gradients.har"), {**about, "loss": loss}, names, gradients)
    before = model.predict(x, verbose=0)

    compile_model(model, train)
    history = model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0,
                        class_weight=class_weights_of(train.get("class_weights"), labels, classes))
    assert int(model.optimizer.iterations) == 10
    steps = {"batch": batch, "epochs": epochs, "losses": history.history["loss"], **train}
    write_model(os.path.join(folder, "trained.har"), {**about, **steps}, names,
                values_of(trained + fixed))
    frame = {"x": x, "y": labels.astype("<i4"), "before": before,
             "after": model.predict(x, verbose=0)}
    header = {"type": "windows", "source": "golden", "labels": about["labels"]}
    write_segment(os.path.join(folder, "windows.har"), header, [frame], rows)


def profile_of(net):
    return "keras3" if "profile keras3" in net else "keras2"


def all_nets():
    nets = {}
    for path in sorted(glob.glob(os.path.join(os.path.dirname(__file__), "cases_*.py"))):
        spec = importlib.util.spec_from_file_location("cases", path)
        cases = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cases)
        nets.update(cases.NETS)
    return nets


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    installed = "keras" + keras.__version__.split(".")[0]
    for name, net in all_nets().items():
        if profile_of(net["net"]) == installed and (not sys.argv[2:] or name in sys.argv[2:]):
            make(sys.argv[1], name, **net)
