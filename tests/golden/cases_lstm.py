"""LSTM nets for make_golden.py."""
NETS = {
    "lstm": dict(
        rows=23, batch=5, epochs=2,
        net="input 7 3\nlstm 5\ndense 4 activation=relu\ndense 3 activation=softmax\n",
        layers=lambda L: [L.Input((7, 3)), L.LSTM(5), L.Dense(4, "relu"), L.Dense(3, "softmax")]),
    "stacked": dict(
        rows=10, batch=1, epochs=1,
        net="input 6 2\nlstm 4 return_sequences=true\nlstm 3\ndense 3 activation=softmax\n",
        layers=lambda L: [L.Input((6, 2)), L.LSTM(4, return_sequences=True), L.LSTM(3),
                          L.Dense(3, "softmax")]),
    "odd": dict(
        rows=37, batch=19, epochs=5,
        net="input 9 5\nlstm 17\ndense 13 activation=tanh\ndense 6 activation=softmax\n",
        layers=lambda L: [L.Input((9, 5)), L.LSTM(17), L.Dense(13, "tanh"),
                          L.Dense(6, "softmax")]),
    "rounds": dict(
        rows=280, batch=270, epochs=5,
        net="input 8\nreshape 4 2\nlstm 3 return_sequences=true\nflatten\n"
            "dense 4 activation=softmax\n",
        layers=lambda L: [L.Input((8,)), L.Reshape((4, 2)), L.LSTM(3, return_sequences=True),
                          L.Flatten(), L.Dense(4, "softmax")]),
}

NETS["lstm_3"] = {**NETS["lstm"], "net": "profile keras3\n" + NETS["lstm"]["net"]}
NETS["stacked_3"] = {**NETS["stacked"], "net": "profile keras3\n" + NETS["stacked"]["net"]}
