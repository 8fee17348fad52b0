#!/usr/bin/env python3
"""What the whole of `make seed` spends its time on: processor seconds of each program, and the share of
training. Run it with bin/ in the PATH, from the project's folder; DATA names UCI HAR's folder, else
rows are simulated people, about as many.

    pipe_seed.py [EPOCHS [REPEATS]]    2 and 1 if not given

Training is what har-train takes beyond a run of no epochs. The last line is reckoned for the epochs
and repeats of the published experiments, all that isn't training being counted for each repeat."""
import collections
import os
import resource
import shutil
import subprocess
import sys
import tempfile

EXPERIMENTS = {"lstm": (15, 10), "cnn-lstm": (25, 5), "conv-lstm": (25, 5)}  # epochs and repeats
SIMULATED = "har-synth --seed 1 --people 30 --seconds 74 | har-filter --preset uci-har | " \
    "har-window --length 128 --step 64 | har-onehot"
WRAPPER = """#!/bin/bash
TIMEFORMAT='{name} %U %S'
{{ time {program} "$@" 2>&3; }} 3>&2 2>> {calls}
"""


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cost(command):
    start = children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return children() - start


def wrap_programs(folder):
    """Programs that note what they cost, for the PATH; gives the file of the notes."""
    calls = os.path.join(folder, "calls")
    for name in os.listdir(os.path.dirname(shutil.which("har-train"))):
        if name.startswith("har-"):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(WRAPPER.format(name=name, program=shutil.which(name), calls=calls))
            os.chmod(path, 0o755)
    return calls


def run_seed(folder, epochs, repeats):
    """Runs the experiments; gives processor seconds of all, and {program: [of each call]}."""
    calls = wrap_programs(folder)
    data = os.environ.get("DATA")
    rows = [f"DATA={data}"] if data else [f"prepare={SIMULATED}"]
    command = ["make", "--no-print-directory", "-f", "pipelines/seed.mk", f"runs={folder}/runs",
               f"EPOCHS={epochs}", f"REPEATS={repeats}", *rows]
    start = children()
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "MAKEFLAGS": ""}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    costs = collections.defaultdict(list)
    with open(calls, encoding="utf-8") as file:
        for line in file:
            name, user, system = line.split()
            costs[name].append(float(user) + float(system))
    return children() - start, costs


def main():
    epochs, repeats = (list(map(int, sys.argv[1:])) + [2, 1][len(sys.argv) - 1:])[:2]
    with tempfile.TemporaryDirectory() as folder:
        whole, costs = run_seed(folder, epochs, repeats)
        idle = {name: cost(["har-train", "--epochs", "0", "--seed", "1", "--threads", "1",
                            f"pipelines/nets/{name}.net", f"{folder}/runs/{name}/data.har"])
                for name in EXPERIMENTS}
    training = sum(costs["har-train"]) - repeats * sum(idle.values())
    costs["make, bash, parallel"] = [whole - sum(sum(each) for each in costs.values())]
    costs["har-train"] = [sum(costs["har-train"]) - training]
    print(f"make seed EPOCHS={epochs} REPEATS={repeats}: {whole:.1f} s of processor time")
    print(f"  {'training':<22} {training:8.2f} s {100 * training / whole:6.2f} %")
    for name, seconds in sorted(costs.items(), key=lambda item: -sum(item[1])):
        name = "har-train but training" if name == "har-train" else name
        print(f"  {name:<22} {sum(seconds):8.2f} s {100 * sum(seconds) / whole:6.2f} %")
    ran, published = 3 * repeats, sum(count for _, count in EXPERIMENTS.values())
    epoch = training / (epochs * ran)
    expected = epoch * sum(length * count for length, count in EXPERIMENTS.values())
    rest = (whole - training) * published / ran
    print(f"with the published epochs and repeats: training {100 * expected / (expected + rest):.1f} %")


main()
