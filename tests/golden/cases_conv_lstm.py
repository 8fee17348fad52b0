"""ConvLSTM2D nets for make_golden.py."""

# Weights so large that they drive most gates beyond the borders of hard_sigmoid.
WIDE = {"class_name": "RandomNormal", "config": {"stddev": 1.5}}
NAMES = ["conv_lstm2d", "dense"]

NETS = {
    "conv_lstm": dict(
        rows=23, batch=5, epochs=2, names=["conv_lstm2d", "dense", "dense_1"],
        net="input 24 3\nreshape 3 1 8 3\nconv_lstm2d 4 kernel_size=1,3 activation=relu\nflatten\n"
            "dense 5 activation=relu\ndense 3 activation=softmax\n",
        layers=lambda L: [L.Input((24, 3)), L.Reshape((3, 1, 8, 3)),
                          L.ConvLSTM2D(4, (1, 3), activation="relu"), L.Flatten(),
                          L.Dense(5, "relu"), L.Dense(3, "softmax")]),
    "conv_lstm_same": dict(
        rows=10, batch=1, epochs=1, names=["conv_lstm2d", "conv_lstm2d_1", "dense"],
        net="input 3 4 5 2\nconv_lstm2d 3 kernel_size=2,3 padding=same return_sequences=true\n"
            "conv_lstm2d 2 kernel_size=2,4 go_backwards=true\nflatten\n"
            "dense 3 activation=softmax\n",
        layers=lambda L: [L.Input((3, 4, 5, 2)),
                          L.ConvLSTM2D(3, (2, 3), padding="same", return_sequences=True),
                          L.ConvLSTM2D(2, (2, 4), go_backwards=True), L.Flatten(),
                          L.Dense(3, "softmax")]),
    "conv_lstm_saturated": dict(
        rows=37, batch=19, epochs=5, names=NAMES,
        net="input 4 2 5 2\nconv_lstm2d 3 kernel_size=2 padding=same\nflatten\n"
            "dense 4 activation=softmax\n",
        layers=lambda L: [L.Input((4, 2, 5, 2)),
                          L.ConvLSTM2D(3, 2, padding="same", kernel_initializer=WIDE,
                                       recurrent_initializer=WIDE),
                          L.Flatten(), L.Dense(4, "softmax")]),
    "conv_lstm_strides": dict(
        rows=19, batch=4, epochs=2, names=NAMES,
        net="input 2 5 7 2\nconv_lstm2d 3 kernel_size=2,4 strides=2,3 padding=same "
            "activation=sigmoid recurrent_activation=sigmoid return_sequences=true\nflatten\n"
            "dense 3 activation=softmax\n",
        layers=lambda L: [L.Input((2, 5, 7, 2)),
                          L.ConvLSTM2D(3, (2, 4), strides=(2, 3), padding="same",
                                       activation="sigmoid", recurrent_activation="sigmoid",
                                       return_sequences=True),
                          L.Flatten(), L.Dense(3, "softmax")]),
    "conv_lstm_3": dict(
        rows=23, batch=5, epochs=2, names=NAMES,
        net="profile keras3\ninput 3 1 8 3\nconv_lstm2d 4 kernel_size=1,3 activation=relu\n"
            "flatten\ndense 3 activation=softmax\n",
        layers=lambda L: [L.Input((3, 1, 8, 3)), L.ConvLSTM2D(4, (1, 3), activation="relu"),
                          L.Flatten(), L.Dense(3, "softmax")]),
    "conv_lstm_same_3": dict(
        rows=10, batch=1, epochs=1, names=NAMES,
        net="profile keras3\ninput 3 4 5 2\nconv_lstm2d 3 kernel_size=2,3 padding=same "
            "return_sequences=true\nflatten\ndense 3 activation=softmax\n",
        layers=lambda L: [L.Input((3, 4, 5, 2)),
                          L.ConvLSTM2D(3, (2, 3), padding="same", return_sequences=True),
                          L.Flatten(), L.Dense(3, "softmax")]),
    "conv_lstm_saturated_3": dict(
        rows=37, batch=19, epochs=5, names=NAMES,
        net="profile keras3\ninput 4 2 5 2\nconv_lstm2d 3 kernel_size=2 padding=same "
            "recurrent_activation=hard_sigmoid\nflatten\ndense 4 activation=softmax\n",
        layers=lambda L: [L.Input((4, 2, 5, 2)),
                          L.ConvLSTM2D(3, 2, padding="same", recurrent_activation="hard_sigmoid",
                                       kernel_initializer=WIDE, recurrent_initializer=WIDE),
                          L.Flatten(), L.Dense(4, "softmax")]),
}
