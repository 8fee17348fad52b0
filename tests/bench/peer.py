"""What the workers of bench-peers have in common: they answer bench_nets.c's lines for a framework.

    WORKER THREADS [ROWS]         reads lines on stdin, answers each with a line of JSON
    WORKER THREADS save FILE      writes an LSTM's weights
    WORKER THREADS answer FILE    reads them and predicts one window: from start to first answer

The protocol, the noise and the batch are those of bench_nets.c; a framework gives a class with
train(rows), predict(rows), answers(): a dict of functions that predict one window; save, load.
"""
import json
import os
import statistics
import sys
import time

import numpy

BATCH, PREDICTED, CLASSES = 64, 2947, 6


def noise(rows):
    """Windows and one-hot labels like bench_nets.c's."""
    x = numpy.random.default_rng(1).random((rows, 128, 9), dtype="f4") - 0.5
    return x, numpy.eye(CLASSES, dtype="f4")[numpy.arange(rows) % CLASSES]


def seconds(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def median(work, times):
    for _ in range(3):
        work()
    return statistics.median(seconds(work) for _ in range(times))


def name_of(net):
    return os.path.basename(net).removesuffix(".net")


class Bench:
    def __init__(self, framework, rows):
        self.framework, self.rows = framework, rows
        self.x, self.y = noise(max(rows, PREDICTED))
        self.nets = {}

    def net(self, path):
        """A net is built once, and warmed up: what a framework compiles isn't measured."""
        name = name_of(path)
        if name not in self.nets:
            net = self.framework(name)
            net.train(self.x[: 10 * BATCH], self.y[: 10 * BATCH])
            self.nets[name] = net
        return self.nets[name]

    def answer(self, command, *arguments):
        if command == "about":
            return {"version": self.framework.version()}
        net = self.net(arguments[0])
        if command == "epoch":
            return {"seconds": seconds(net.train, self.x[: self.rows], self.y[: self.rows])}
        if command == "predict":
            net.predict(self.x[:BATCH])
            return {"seconds": seconds(net.predict, self.x[:PREDICTED])}
        if command == "window":
            return {name: median(work, times) for name, work, times in net.answers(self.x[:1])}
        raise ValueError(f"can't do: {command}")


def main(framework):
    threads, rest = int(sys.argv[1]), sys.argv[2:]
    framework.limit(threads)
    if rest[:1] == ["save"]:
        framework("lstm").save(rest[1])
    elif rest[:1] == ["answer"]:
        net = framework("lstm")
        net.load(rest[1])
        print(net.predict(noise(1)[0])[0].argmax())
    else:
        bench = Bench(framework, int(rest[0]) if rest else 7352)
        for line in sys.stdin:
            print(json.dumps(bench.answer(*line.split())), flush=True)
