#!/usr/bin/env python3
"""How fast the published nets train and predict, beside OpenBLAS's sgemm and beside other tools.

    bench.py [--turns N] [--rows N] [--json FILE] [--peers FOLDER] [--data FOLDER]

`make bench` and `make bench-peers` run it. Each turn measures everything once, one thing after the
other, sgemm between the epochs and in the same process; what is printed is the median of the turns.
Rows are noise, as speed doesn't depend on what they say; the peak of memory is that of har-train on
UCI HAR where --data names it, else on as many simulated windows. A share is the rate of the net's
products and convolutions, counted from its shapes, in sgemm's on as many threads; "by processor",
both per second of processor time, which tells the truth on a machine that is shared. Where OpenBLAS
takes the processor for another one (har-doctor tells), it is told the right one.

--peers names a folder with a virtual environment for each framework (peers.sh makes it): they take
turns with ours on the same nets, of 64 rows a batch, with Adam and float32.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NETS = {name: f"pipelines/nets/{name}.net" for name in ("lstm", "cnn-lstm", "conv-lstm")}
OURS, LSTM = "ours", "lstm"
SGEMM_GFLOP = 2 * 2048**3 / 1e9


class Worker:
    """A process that answers a line with a line of JSON; its own talk goes to LOG."""

    def __init__(self, command, log, environment=None):
        self.command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            env={**os.environ, **(environment or {})},
        )

    def send(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench: {shlex.join(self.command)} ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, *words):
        self.send(*words)
        return self.receive()

    def end(self):
        """Ends it; gives the most memory that it had, in MiB."""
        self.process.stdin.close()
        self.process.stdout.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss / 1024


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, **more)
    if done.returncode != 0:
        sys.exit(f"bench: {command}: exit status {done.returncode}")


def peak_memory(command, log):
    """The most memory, in MiB, of a command that runs to its end."""
    worker = Worker(command, log)
    peak = worker.end()
    if worker.process.returncode != 0:
        sys.exit(f"bench: {shlex.join(command)}: exit status {worker.process.returncode}")
    return peak


def time_of(command, log):
    start = time.perf_counter()
    run(command, stdin=subprocess.DEVNULL, stderr=log)
    return time.perf_counter() - start


def examine(doctor):
    """What har-doctor says; OpenBLAS is told the right processor where it has guessed a wrong one."""
    said = json.loads(subprocess.run([doctor, "--json"], stdout=subprocess.PIPE, check=False).stdout)
    for each in said["advice"]:
        say(f"{each['what']}\nhint: {each['hint']}")
    better = said["openblas"]["better_core"]
    if better and "OPENBLAS_CORETYPE" not in os.environ:
        say(f"OPENBLAS_CORETYPE={better} for this run")
        os.environ["OPENBLAS_CORETYPE"] = better
    return said


class System:
    """Ours, or another tool: workers for one thread and two, started when they are first asked."""

    def __init__(self, name, command, options):
        self.name, self.command, self.options, self.workers = name, command, options, {}

    def arguments(self, threads):
        return self.command + ([] if self.name == OURS else [str(threads)])

    def worker(self, threads):
        key = 0 if self.name == OURS else threads
        if key not in self.workers:
            limits = {} if self.name == OURS else {"OMP_NUM_THREADS": str(threads)}
            command = self.arguments(threads) + [str(self.options.rows)]
            self.workers[key] = Worker(command, self.options.log, limits)
        return self.workers[key]

    def end(self):
        for worker in self.workers.values():
            worker.end()


class Results:
    """Seconds (or MiB), and seconds of processor time, by (what, net, threads, system)."""

    def __init__(self):
        self.values, self.processor = {}, {}

    def add(self, system, what, net, threads, value, processor=None):
        key = (what, net, threads, system)
        self.values.setdefault(key, []).append(value)
        if processor is not None:
            self.processor.setdefault(key, []).append(processor)

    def answer(self, system, what, net, threads, answer):
        self.add(system, what, net, threads, answer["seconds"], answer.get("processor"))

    def median(self, system, what, net, threads):
        values = self.values.get((what, net, threads, system))
        return statistics.median(values) if values else None


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.results = options, folder, Results()
        self.doctor = examine(self.program("har-doctor"))
        self.ours = System(OURS, [options.worker], options)
        self.systems = [self.ours] + [
            System(name, [f"{options.peers}/{name}/bin/python", f"{HERE}/{script}"], options)
            for name, script in (("torch", "peer_torch.py"), ("keras2", "peer_keras.py"), ("keras3", "peer_keras.py"))
            if options.peers and os.path.exists(f"{options.peers}/{name}/bin/python")
        ]
        self.about = {name: self.ours.worker(0).ask("about", net) for name, net in NETS.items()}
        self.names = {OURS: OURS}
        for system in self.systems[1:]:
            self.names[system.name] = system.worker(2).ask("about")["version"]
        self.neighbour = Worker([options.worker, str(options.rows)], options.log)

    # ---- one turn ----

    def sgemm(self, threads):
        self.results.answer("OpenBLAS", "sgemm", None, threads, self.ours.worker(0).ask("sgemm", threads))

    def epochs(self, net, threads):
        self.sgemm(threads)
        for system in self.systems:
            if threads == 2 or system is self.ours or net == LSTM:
                answer = system.worker(threads).ask("epoch", NETS[net], threads)
                self.results.answer(system.name, "epoch", net, threads, answer)

    def side_by_side(self):
        """Two trainings of one thread each, as GNU parallel runs them; the slower one counts."""
        pair = [self.ours.worker(0), self.neighbour]
        for worker in pair:
            worker.send("epoch", NETS[LSTM], 1)
        slower = max((worker.receive() for worker in pair), key=lambda answer: answer["seconds"])
        self.results.answer(OURS, "side by side", LSTM, 1, slower)

    def predictions(self):
        for system in self.systems:
            worker = system.worker(2)
            answer = worker.ask("predict", NETS[LSTM], 2)
            self.results.answer(system.name, "predict", LSTM, 2, answer)
            answer = worker.ask("window", NETS[LSTM])
            self.results.answer(system.name, "window", LSTM, 1, answer)
            if "by_predict" in answer:
                self.results.add(system.name, "window by predict()", LSTM, 1, answer["by_predict"])

    def first_answers(self):
        for system in self.systems:
            for _ in range(5 if system is self.ours else 1):
                seconds = time_of(self.answer_command(system), self.options.log)
                self.results.add(system.name, "first answer", LSTM, 1, seconds)

    def turn(self):
        for net in NETS:
            self.epochs(net, 2)
            self.epochs(net, 1)
        self.side_by_side()
        self.predictions()
        self.first_answers()

    # ---- whole processes ----

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name):
        return os.path.join(self.options.bin, name)

    def answer_command(self, system):
        if system is not self.ours:
            return system.arguments(1) + ["answer", self.path(f"{system.name}.weights.h5")]
        return [self.program("har-eval"), "-m", self.path("model.har"), "--split", "all", "-o", "/dev/null",
                self.path("window.har")]

    def prepare(self):
        """Rows and models for the whole processes."""
        rows = "har-synth --seed 1 --people 30 --seconds 74 | har-filter --preset uci-har | " \
            "har-window --length 128 --step 64"
        if self.options.data:
            rows = f"har-load uci {shlex.quote(self.options.data)}"
        path = {"PATH": f"{self.options.bin}:{os.environ['PATH']}"}
        script = f"{rows} | har-onehot > data.har; har-cat --select 0:1 data.har > window.har; " \
            f"har-train --epochs 0 --seed 1 -o model.har {shlex.quote(os.path.join(ROOT, NETS[LSTM]))} data.har"
        run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, env={**os.environ, **path})
        for system in self.systems[1:]:
            command = system.arguments(1) + ["save", self.path(f"{system.name}.weights.h5")]
            run(command, stderr=self.options.log)

    def memory(self):
        for net, path in NETS.items():
            command = [self.program("har-train"), "--epochs", "1", "--threads", "2", "--seed", "1", "-o",
                       self.path("trained.har"), path, self.path("data.har")]
            self.results.add(OURS, "memory", net, 2, peak_memory(command, self.options.log))
        for system in self.systems[1:]:
            worker = Worker(system.arguments(2) + [str(self.options.rows)], self.options.log)
            worker.ask("epoch", NETS[LSTM])
            self.results.add(system.name, "memory", LSTM, 2, worker.end())

    def run(self):
        self.prepare()
        for turn in range(self.options.turns):
            say(f"turn {turn + 1} of {self.options.turns}")
            self.turn()
        self.memory()
        for each in self.systems + [self.neighbour]:
            each.end()


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


# ---- the report ----

LABELS = {
    "sgemm": "sgemm 2048 cubed",
    "epoch": "training epoch",
    "predict": "predict 2,947 windows",
    "window": "one window, after start",
    "window by predict()": "one window, by predict()",
    "first answer": "start to first answer",
    "memory": "peak memory, training",
    "side by side": "an epoch, two side by side",
}


def gflop_of(bench, what, net):
    about = bench.about.get(net, {})
    once = {"epoch": "epoch", "side by side": "epoch", "predict": "predict", "window": "predict"}.get(what)
    if what == "sgemm":
        return SGEMM_GFLOP
    return about[once] / 1e9 / (2947 if what == "window" else 1) if once else None


def row_of(bench, key):
    what, net, threads, system = key
    results, values = bench.results, bench.results.values[key]
    row = {"what": what, "net": net, "threads": threads, "system": bench.names.get(system, system)}
    row["mib" if what == "memory" else "seconds"] = values
    row["median"], row["least"], row["greatest"] = statistics.median(values), min(values), max(values)
    alike = "window" if what.startswith("window") else what
    gflop, ours = gflop_of(bench, what, net), results.median(OURS, alike, net, threads)
    if gflop:
        row["gflop"], row["gflops"] = gflop, gflop / row["median"]
        row["share"] = row["gflops"] / (SGEMM_GFLOP / results.median("OpenBLAS", "sgemm", None, threads))
    if key in results.processor:
        row["processor"] = results.processor[key]
        core = SGEMM_GFLOP / statistics.median(results.processor[("sgemm", None, 1, "OpenBLAS")])
        row["processor_share"] = gflop / statistics.median(row["processor"]) / core
    if system != OURS and ours:
        row["ratio"] = row["median"] / ours
    return row


def rows_of(bench):
    """A dictionary for each measurement, in the order of LABELS."""
    order, nets = list(LABELS), list(NETS)
    place = lambda row: (order.index(row["what"]), -row["threads"], nets.index(row["net"] or LSTM))
    return sorted((row_of(bench, key) for key in bench.results.values), key=place)


def ratios_of(bench):
    median = bench.results.median
    ratios = {f"{net}, two threads against one": median(OURS, "epoch", net, 1) / median(OURS, "epoch", net, 2)
              for net in NETS}
    ratios["sgemm, two threads against one"] = \
        median("OpenBLAS", "sgemm", None, 1) / median("OpenBLAS", "sgemm", None, 2)
    ratios["lstm, two side by side against one alone"] = \
        median(OURS, "side by side", LSTM, 1) / median(OURS, "epoch", LSTM, 1)
    return ratios


def machine_of(bench):
    about, doctor = bench.about[LSTM], bench.doctor
    return {
        "processor": doctor["machine"]["processor"],
        "cores": doctor["machine"]["cores"],
        "kernels": about["kernels"],
        "openblas": about["openblas"],
        "core_type": about["core"],
        "OPENBLAS_CORETYPE": about["OPENBLAS_CORETYPE"],
        "turns": bench.options.turns,
        "rows": bench.options.rows,
    }


def number(row, key):
    if "mib" in row:
        return f"{row[key]:.0f} MiB"
    return f"{row[key] * 1e3:.3f} ms" if row["what"].startswith("window") else f"{row[key]:.3f} s"


def share(row, key):
    return f"{100 * row[key]:.0f} %" if key in row else ""


def print_report(report):
    for key, value in report["machine"].items():
        print(f"{key:18} {'not set' if value is None else value}")
    line = "{:<27} {:<9} {:>7} {:<14} {:>11} {:>11} {:>11} {:>8} {:>8} {:>12} {:>7}"
    print()
    print(line.format("", "net", "threads", "", "median", "least", "greatest", "GFLOP/s", "of sgemm",
                      "by processor", "x ours"))
    for row in report["rows"]:
        print(line.format(
            LABELS[row["what"]], row["net"] or "", row["threads"], row["system"],
            number(row, "median"), number(row, "least"), number(row, "greatest"),
            f"{row['gflops']:.1f}" if "gflops" in row else "", share(row, "share"),
            share(row, "processor_share"), f"{row['ratio']:.2f}" if "ratio" in row else ""))
    print()
    for what, ratio in report["ratios"].items():
        print(f"{what:44} {ratio:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, help="default: 5, or 3 with --peers")
    parser.add_argument("--rows", type=int, default=7352)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--peers", metavar="FOLDER")
    parser.add_argument("--data", metavar="FOLDER")
    parser.add_argument("--worker", default="build/gcc/tests/bench/bench_nets")
    parser.add_argument("--bin", default=os.path.join(ROOT, "bin"))
    options = parser.parse_args()
    options.turns = options.turns or (3 if options.peers else 5)
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "log"), "w+", encoding="utf-8") as log:
        options.log = log
        bench = Bench(options, folder)
        bench.run()
        report = {"machine": machine_of(bench), "rows": rows_of(bench), "ratios": ratios_of(bench)}
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
            file.write("\n")
    print_report(report)


main()
