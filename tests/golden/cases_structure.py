"""Nets of both directions, gru, branches and shortcuts for make_golden.py."""


def branches(L):
    import keras
    x = L.Input((8, 3))
    left = L.GlobalMaxPooling1D()(L.Conv1D(4, 3, activation="relu")(x))
    right = L.LSTM(5)(x)
    third = L.Flatten()(x)
    joined = L.Concatenate()([left, right, third])
    return keras.Model(x, L.Dense(3, "softmax")(joined))


def axis(L):
    import keras
    x = L.Input((6, 3))
    joined = L.Concatenate(axis=1)([L.Dense(4, "tanh")(x), L.GRU(4, return_sequences=True)(x)])
    return keras.Model(x, L.Dense(3, "softmax")(L.LSTM(4)(joined)))


def heads(L):
    """One head for each channel."""
    import keras
    x = L.Input((7, 3))
    ends = []
    for channel in range(3):
        head = L.Conv1D(4, 3, activation="relu")(L.Lambda(lambda v, c=channel: v[:, :, c:c + 1])(x))
        head = L.MaxPooling1D(2)(head)
        ends.append(L.Dense(2, "tanh")(L.Flatten()(head)))
    return keras.Model(x, L.Dense(3, "softmax")(L.Concatenate()(ends)))


def residual(L):
    import keras
    x = L.Input((7, 3))
    y = L.Conv1D(4, 3, padding="same", activation="relu")(x)
    y = L.Conv1D(4, 3, padding="same")(y)
    y = L.Activation("relu")(L.Add()([L.Conv1D(4, 1, padding="same")(x), y]))
    z = L.Add()([y, L.Conv1D(4, 3, padding="same", activation="tanh")(y)])
    return keras.Model(x, L.Dense(3, "softmax")(L.Flatten()(z)))


def gru(L, units, **more):
    """Its bias isn't one row, so that make_golden.py doesn't nudge it."""
    return L.GRU(units, bias_initializer="random_normal", **more)


SHAPES = {
    "gru": dict(
        rows=23, batch=5, epochs=2,
        net="input 7 3\ngru 5\ndense 3 activation=softmax\n",
        layers=lambda L: [L.Input((7, 3)), gru(L, 5), L.Dense(3, "softmax")]),
    "gru_sequences": dict(
        rows=20, batch=10, epochs=5,
        net="input 6 2\ngru 4 return_sequences=true\ngru 3 go_backwards=true\n"
            "dense 3 activation=softmax\n",
        layers=lambda L: [L.Input((6, 2)), gru(L, 4, return_sequences=True),
                          gru(L, 3, go_backwards=True), L.Dense(3, "softmax")]),
    "bidirectional": dict(
        rows=23, batch=5, epochs=2,
        net="input 7 3\nbidirectional lstm 4\ndense 3 activation=softmax\n",
        names=["bidirectional/forward", "bidirectional/backward", "dense"],
        layers=lambda L: [L.Input((7, 3)), L.Bidirectional(L.LSTM(4)), L.Dense(3, "softmax")]),
    "bidirectional_sequences": dict(
        rows=20, batch=10, epochs=5,
        net="input 6 2\nbidirectional gru 3 return_sequences=true\n"
            "bidirectional lstm 4 return_sequences=true\nbidirectional gru 2\n"
            "dense 3 activation=softmax\n",
        names=["bidirectional/forward", "bidirectional/backward", "bidirectional_1/forward",
               "bidirectional_1/backward", "bidirectional_2/forward", "bidirectional_2/backward",
               "dense"],
        layers=lambda L: [L.Input((6, 2)), L.Bidirectional(gru(L, 3, return_sequences=True)),
                          L.Bidirectional(L.LSTM(4, return_sequences=True)),
                          L.Bidirectional(gru(L, 2)), L.Dense(3, "softmax")]),
    "bidirectional_backwards": dict(
        rows=10, batch=1, epochs=1,
        net="input 5 2\nbidirectional lstm 3 return_sequences=true go_backwards=true\nflatten\n"
            "dense 3 activation=softmax\n",
        names=["bidirectional/forward", "bidirectional/backward", "dense"],
        layers=lambda L: [L.Input((5, 2)),
                          L.Bidirectional(L.LSTM(3, return_sequences=True, go_backwards=True)),
                          L.Flatten(), L.Dense(3, "softmax")]),
    "branches": dict(
        rows=23, batch=5, epochs=2, names=["conv1d", "lstm", "dense"], layers=branches,
        net="input 8 3\nbranch\nconv1d 4 kernel_size=3 activation=relu\nglobal_max_pooling1d\n"
            "branch\nlstm 5\nbranch\nflatten\nconcatenate\ndense 3 activation=softmax\n"),
    "axis": dict(
        rows=23, batch=5, epochs=2, names=["dense", "gru", "lstm", "dense_1"], layers=axis,
        net="input 6 3\nbranch\ndense 4 activation=tanh\nbranch\ngru 4 return_sequences=true\n"
            "concatenate axis=1\nlstm 4\ndense 3 activation=softmax\n"),
    "heads": dict(
        rows=23, batch=5, epochs=2, layers=heads,
        names=["conv1d", "conv1d_1", "conv1d_2", "dense", "dense_1", "dense_2", "dense_3"],
        net="input 7 3\nbranch each=channel\nconv1d 4 kernel_size=3 activation=relu\n"
            "max_pooling1d 2\nflatten\ndense 2 activation=tanh\nconcatenate\n"
            "dense 3 activation=softmax\n"),
    "residual": dict(
        rows=23, batch=5, epochs=2, layers=residual,
        names=["conv1d_1", "conv1d", "conv1d_2", "conv1d_3", "dense"],
        net="input 7 3\nshortcut conv1d 4 kernel_size=1 padding=same\n"
            "conv1d 4 kernel_size=3 padding=same activation=relu\n"
            "conv1d 4 kernel_size=3 padding=same\nadd\nactivation relu\nshortcut\n"
            "conv1d 4 kernel_size=3 padding=same activation=tanh\nadd\nflatten\n"
            "dense 3 activation=softmax\n"),
}

NETS = dict(SHAPES)
NETS.update({f"{name}_3": dict(case, net="profile keras3\n" + case["net"])
             for name, case in SHAPES.items()
             if name != "bidirectional_backwards"})  # Keras 3 refuses it
