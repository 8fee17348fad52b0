"""The published nets in Keras, 2 or 3, on TensorFlow, for bench-peers; see peer.py."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import tensorflow as tf
from keras import layers

import peer


def parts(layer):
    return layers.TimeDistributed(layer)


NETS = {
    "lstm": lambda: [layers.LSTM(100)],
    "cnn-lstm": lambda: [
        layers.Reshape((4, 32, 9)),
        parts(layers.Conv1D(64, 3, activation="relu")),
        parts(layers.Conv1D(64, 3, activation="relu")),
        parts(layers.Dropout(0.5)),
        parts(layers.MaxPooling1D(2)),
        parts(layers.Flatten()),
        layers.LSTM(100),
    ],
    "conv-lstm": lambda: [
        layers.Reshape((4, 1, 32, 9)),
        layers.ConvLSTM2D(64, (1, 3), activation="relu"),
    ],
}


class Keras:
    @staticmethod
    def limit(threads):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)

    @staticmethod
    def version():
        return "Keras " + keras.__version__

    def __init__(self, name):
        end = [layers.Dropout(0.5), layers.Dense(100, activation="relu"), layers.Dense(6, activation="softmax")]
        if name == "conv-lstm":
            end.insert(1, layers.Flatten())
        self.net = keras.Sequential([keras.Input((128, 9))] + NETS[name]() + end)
        self.net.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

    def train(self, x, y):
        self.net.fit(x, y, epochs=1, batch_size=peer.BATCH, verbose=0)

    def predict(self, x):
        return self.net.predict(x, batch_size=peer.BATCH, verbose=0)

    def answers(self, x):
        compiled = tf.function(lambda rows: self.net(rows, training=False))
        rows = tf.constant(x)
        return [
            ("seconds", lambda: compiled(rows).numpy(), 100),
            ("by_predict", lambda: self.net.predict(x, verbose=0), 20),
        ]

    def save(self, file):
        self.net.save_weights(file)

    def load(self, file):
        self.net.load_weights(file)


peer.main(Keras)
