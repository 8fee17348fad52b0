"""Convolutions, pooling and activation functions for make_golden.py, in both profiles."""


def net(*lines, profile="keras2"):
    return "\n".join(([] if profile == "keras2" else ["profile " + profile]) + list(lines)) + "\n"


def both(name, case, lines):
    """The case in profile keras2, and in keras3 as NAME_3."""
    return {name: dict(case, net=net(*lines)),
            name + "_3": dict(case, net=net(*lines, profile="keras3"))}


NETS = {
    "conv_batch_of_one": dict(
        rows=10, batch=1, epochs=1,
        net=net("input 7 3", "conv1d 5 kernel_size=4 strides=2 padding=same activation=tanh",
                "conv1d 3 kernel_size=2 padding=same", "flatten", "dense 3 activation=softmax"),
        layers=lambda L: [L.Input((7, 3)),
                          L.Conv1D(5, 4, strides=2, padding="same", activation="tanh"),
                          L.Conv1D(3, 2, padding="same"), L.Flatten(), L.Dense(3, "softmax")]),
    "conv_wide": dict(
        rows=11, batch=6, epochs=5,
        net=net("input 3 2", "conv1d 4 kernel_size=7 padding=same activation=relu",
                "conv1d 3 kernel_size=5 padding=causal", "conv1d 3 kernel_size=3",
                "flatten", "dense 3 activation=softmax"),
        layers=lambda L: [L.Input((3, 2)), L.Conv1D(4, 7, padding="same", activation="relu"),
                          L.Conv1D(3, 5, padding="causal"), L.Conv1D(3, 3), L.Flatten(),
                          L.Dense(3, "softmax")]),
    "conv_dilated": dict(
        rows=19, batch=4, epochs=2,
        net=net("input 11 3", "conv1d 4 kernel_size=3 dilation_rate=2",
                "conv1d 5 kernel_size=2 padding=same dilation_rate=3 activation=tanh",
                "conv1d 3 kernel_size=3 padding=causal dilation_rate=2",
                "conv1d 4 kernel_size=3 strides=2 padding=causal", "global_average_pooling1d",
                "dense 3 activation=softmax"),
        layers=lambda L: [L.Input((11, 3)), L.Conv1D(4, 3, dilation_rate=2),
                          L.Conv1D(5, 2, padding="same", dilation_rate=3, activation="tanh"),
                          L.Conv1D(3, 3, padding="causal", dilation_rate=2),
                          L.Conv1D(4, 3, strides=2, padding="causal"),
                          L.GlobalAveragePooling1D(), L.Dense(3, "softmax")]),
    "conv_distributed": dict(
        rows=23, batch=5, epochs=2,
        net=net("input 4 8 3", "time_distributed conv1d 6 kernel_size=3 activation=relu",
                "time_distributed conv1d 5 kernel_size=3 activation=relu",
                "time_distributed max_pooling1d 2", "time_distributed flatten", "lstm 4",
                "dense 5 activation=relu", "dense 6 activation=softmax"),
        names=["conv1d", "conv1d_1", "lstm", "dense", "dense_1"],
        layers=lambda L: [L.Input((4, 8, 3)), L.TimeDistributed(L.Conv1D(6, 3, activation="relu")),
                          L.TimeDistributed(L.Conv1D(5, 3, activation="relu")),
                          L.TimeDistributed(L.MaxPooling1D(2)), L.TimeDistributed(L.Flatten()),
                          L.LSTM(4), L.Dense(5, "relu"), L.Dense(6, "softmax")]),
    "pooling_ties_global": dict(
        rows=17, batch=4, epochs=2, whole=True,
        net=net("input 6 2", "conv1d 5 kernel_size=2", "global_max_pooling1d",
                "dense 3 activation=softmax"),
        layers=lambda L: [L.Input((6, 2)), L.Conv1D(5, 2), L.GlobalMaxPooling1D(),
                          L.Dense(3, "softmax")]),
    **both("conv", dict(
        rows=23, batch=5, epochs=2,
        layers=lambda L: [L.Input((9, 3)), L.Conv1D(5, 3, activation="relu"),
                          L.Conv1D(4, 2, strides=2), L.Conv1D(3, 2, strides=2, padding="same"),
                          L.Flatten(), L.Dense(3, "softmax")]),
        ["input 9 3", "conv1d 5 kernel_size=3 activation=relu", "conv1d 4 kernel_size=2 strides=2",
         "conv1d 3 kernel_size=2 strides=2 padding=same", "flatten",
         "dense 3 activation=softmax"]),
    **both("pooling", dict(
        rows=19, batch=4, epochs=2,
        layers=lambda L: [L.Input((11, 2)), L.Conv1D(4, 2), L.MaxPooling1D(3, strides=2),
                          L.AveragePooling1D(3, strides=1, padding="same"), L.Conv1D(3, 1),
                          L.MaxPooling1D(2, strides=1, padding="same"), L.AveragePooling1D(3),
                          L.Flatten(), L.Dense(3, "softmax")]),
        ["input 11 2", "conv1d 4 kernel_size=2", "max_pooling1d 3 strides=2",
         "average_pooling1d 3 strides=1 padding=same", "conv1d 3 kernel_size=1",
         "max_pooling1d 2 strides=1 padding=same", "average_pooling1d 3", "flatten",
         "dense 3 activation=softmax"]),
    **both("pooling_ties", dict(
        rows=17, batch=4, epochs=2, whole=True,
        layers=lambda L: [L.Input((9, 2)), L.Conv1D(5, 2),
                          L.MaxPooling1D(3, strides=2, padding="same"), L.Flatten(),
                          L.Dense(3, "softmax")]),
        ["input 9 2", "conv1d 5 kernel_size=2", "max_pooling1d 3 strides=2 padding=same",
         "flatten", "dense 3 activation=softmax"]),
    **both("activations", dict(
        rows=23, batch=5, epochs=2,
        layers=lambda L: [L.Input((5, 3)), L.Dense(6, "hard_sigmoid"), L.Dense(5, "elu"),
                          L.Dense(4, "softmax"), L.Dense(4, "gelu"), L.Dense(5, "swish"),
                          L.Flatten(), L.Dense(3, "softmax")]),
        ["input 5 3", "dense 6 activation=hard_sigmoid", "dense 5 activation=elu",
         "dense 4 activation=softmax", "dense 4 activation=gelu", "dense 5 activation=silu",
         "flatten", "dense 3 activation=softmax"]),
    **both("saturated", dict(
        rows=23, batch=5, epochs=2, whole=True,
        layers=lambda L: [L.Input((4, 9)), L.Dense(6, "hard_sigmoid"), L.Flatten(),
                          L.Dense(5, "elu"), L.Dense(3, "softmax")]),
        ["input 4 9", "dense 6 activation=hard_sigmoid", "flatten", "dense 5 activation=elu",
         "dense 3 activation=softmax"]),
}
