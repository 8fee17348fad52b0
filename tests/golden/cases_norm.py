"""Layers that normalize, and options of training, for make_golden.py."""
# A bias before batch_normalization has no effect: there is an activation between them, since Adam
# would make steps of its gradient's rounding.
PLAIN = "input 7 3\nlstm 5\ndense 4 activation=relu\ndense 3 activation=softmax\n"


def plain(L, regularizer=None):
    both = dict(kernel_regularizer=regularizer)
    return [L.Input((7, 3)), L.LSTM(5, recurrent_regularizer=regularizer, **both),
            L.Dense(4, "relu", **both), L.Dense(3, "softmax", **both)]


def branches(L):
    import keras
    start = L.Input((6, 3))
    one = L.BatchNormalization()(L.LSTM(4)(start))
    other = L.BatchNormalization()(L.Dense(5, "tanh")(L.Flatten()(start)))
    end = L.Dense(3, "softmax")(L.Concatenate()([one, other]))
    return keras.Model(start, end)


def option(**train):
    return dict(rows=23, batch=5, epochs=2, net=PLAIN, layers=plain, train=train)


def l2(L):
    import keras
    return plain(L, keras.regularizers.L2(0.02))


BATCH = dict(
    rows=53, batch=33, epochs=5,
    net="input 6 3\nbatch_normalization\nlstm 5 return_sequences=true\n"
        "batch_normalization momentum=0.9\nflatten\n"
        "dense 4 activation=tanh\nbatch_normalization epsilon=0.01\ndense 3 activation=softmax\n",
    layers=lambda L: [L.Input((6, 3)), L.BatchNormalization(), L.LSTM(5, return_sequences=True),
                      L.BatchNormalization(momentum=0.9), L.Flatten(), L.Dense(4, "tanh"),
                      L.BatchNormalization(epsilon=0.01), L.Dense(3, "softmax")])
IMAGE = dict(
    rows=23, batch=5, epochs=2,
    net="input 2 3 4\ndense 3 activation=tanh\nbatch_normalization center=false\nflatten\n"
        "dense 3 activation=softmax\n",
    layers=lambda L: [L.Input((2, 3, 4)), L.Dense(3, "tanh"),
                      L.BatchNormalization(center=False), L.Flatten(), L.Dense(3, "softmax")])
LAYER = dict(
    rows=23, batch=5, epochs=2,
    net="input 6 3\nlayer_normalization\nlstm 5\nlayer_normalization epsilon=0.01\n"
        "dense 3 activation=softmax\n",
    layers=lambda L: [L.Input((6, 3)), L.LayerNormalization(), L.LSTM(5),
                      L.LayerNormalization(epsilon=0.01), L.Dense(3, "softmax")])
ADAPTED = dict(
    rows=40, batch=8, epochs=2,
    net="input 6 3\nnormalization\nlstm 5\ndense 3 activation=softmax\n",
    layers=lambda L: [L.Input((6, 3)), L.Normalization(), L.LSTM(5), L.Dense(3, "softmax")])


def keras3(case):
    return {**case, "net": "profile keras3\n" + case["net"]}


NETS = {
    "batch_norm": BATCH, "batch_norm_3": keras3(BATCH),
    "batch_norm_image": IMAGE, "batch_norm_image_3": keras3(IMAGE),
    "batch_norm_large": dict(
        rows=280, batch=270, epochs=5,
        net="input 6\ndense 4 activation=tanh\nbatch_normalization scale=false\n"
            "dense 3 activation=softmax\n",
        layers=lambda L: [L.Input((6,)), L.Dense(4, "tanh"),
                          L.BatchNormalization(scale=False), L.Dense(3, "softmax")]),
    "batch_norm_branches": dict(
        rows=38, batch=38, epochs=10,
        net="input 6 3\nbranch\nlstm 4\nbatch_normalization\nbranch\nflatten\n"
            "dense 5 activation=tanh\nbatch_normalization\nconcatenate\n"
            "dense 3 activation=softmax\n",
        layers=branches),
    # Keras 3 takes the statistics of each step by itself; our language refuses that.
    "batch_norm_distributed": dict(
        rows=23, batch=5, epochs=2,
        net="input 3 4 2\ntime_distributed conv1d 4 kernel_size=2 activation=tanh\n"
            "time_distributed batch_normalization\ntime_distributed flatten\nlstm 3\n"
            "dense 3 activation=softmax\n",
        layers=lambda L: [L.Input((3, 4, 2)),
                          L.TimeDistributed(L.Conv1D(4, 2, activation="tanh"), name="conv1d"),
                          L.TimeDistributed(L.BatchNormalization(), name="batch_normalization"),
                          L.TimeDistributed(L.Flatten()), L.LSTM(3), L.Dense(3, "softmax")]),
    "layer_norm": LAYER, "layer_norm_3": keras3(LAYER),
    "normalization": ADAPTED, "normalization_3": keras3(ADAPTED),
    "option_clip_norm": option(clip_norm=0.1),
    "option_clip_value": option(clip_value=0.01),
    "option_exponential": option(schedule="exponential:0.5,3"),
    "option_step": option(schedule="step:0.5,3"),
    "option_cosine": option(schedule="cosine:8"),
    "option_weight_decay": option(weight_decay=0.3),
    "option_l2": {**option(l2=0.02, clip_norm=0.2), "layers": l2},
    "option_balanced": option(class_weights="balanced"),
    "option_weights": option(class_weights="1,0.25,3", label_smoothing=0.1),
}
