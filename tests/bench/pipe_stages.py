#!/usr/bin/env python3
"""How fast the stages around training are: MB of what they read in a second of processor time, the
system's included, beside cat(1) of the same file through a pipe. Rows are simulated people, about as
many as UCI HAR's; medians of five. Run it with bin/ in the PATH, from the project's folder."""
import os
import resource
import statistics
import subprocess
import tempfile

STAGES = [  # file that is read, command; what is written is thrown away
    ("recordings.har", "har-filter --preset uci-har"),
    ("filtered.har", "har-window --length 128 --step 64"),
    ("windows.har", "har-onehot"),
    ("data.har", "har-cat"),
    ("data.har", "har-show"),
    ("data.har", "har-train --epochs 0 --threads 1 --seed 1 pipelines/nets/lstm.net"),
    ("data.har", "har-eval --split all --threads 1 -m {folder}/small.model"),
    ("data.har", "har-eval --split all --threads 1 -m {folder}/lstm.model"),
    ("results.har", "har-summarize"),
    ("windows.har", "har-save npz -o {folder}/out.npz"),
]
PREPARE = """
har-synth --seed 1 --people 30 --seconds 74 > recordings.har
har-filter --preset uci-har recordings.har > filtered.har
har-window --length 128 --step 64 filtered.har > windows.har
har-onehot windows.har > data.har
echo 'input 128 9
flatten
dense 6 activation=softmax' > small.net
har-train --epochs 0 --seed 1 small.net -o small.model data.har
har-train --epochs 0 --seed 1 {root}/pipelines/nets/lstm.net -o lstm.model data.har
har-eval --split all -m small.model data.har > results.har
"""


def run(command, **more):
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], check=True, **more)


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def median_seconds(command):
    passed = []
    for _ in range(5):
        start = children()
        run(command)
        passed.append(children() - start)
    return statistics.median(passed)


def main():
    print(f"{'':<34} {'MB':>7} {'seconds':>9} {'MB/s':>7} {'cat MB/s':>9}")
    with tempfile.TemporaryDirectory() as folder:
        run(PREPARE.format(root=os.getcwd()), cwd=folder)
        for file, command in STAGES:
            path = os.path.join(folder, file)
            size = os.path.getsize(path) / 1e6
            seconds = median_seconds(f"{command.format(folder=folder)} '{path}' > /dev/null")
            cat = median_seconds(f"cat '{path}' | cat > /dev/null")
            name = " ".join(word for word in command.split() if "{" not in word and "/" not in word)
            net = "small" if "small" in command else "lstm" if "lstm" in command else ""
            print(f"{name[:28]:<28} {net:<5} {size:>7.1f} {seconds:>9.4f} {size / seconds:>7.0f} {size / cat:>9.0f}")


main()
