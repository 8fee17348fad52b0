#!/bin/sh
# Usage: load.sh "UCI HAR Dataset"
# Seconds and MB/s of har-load uci on one core, beside cat of the same files and numpy.loadtxt. The
# best of three each.
set -eu
data=${1:-${DATA:-data/UCI HAR Dataset}}
if [ ! -d "$data/train" ]; then
    echo "load: no data set in $data; DATA= names it"
    exit 0
fi
bin=${BIN:-$(dirname "$0")/../../bin}
one=$(command -v taskset > /dev/null && echo "taskset -c 0" || true)
bytes=$(cat "$data"/*/"Inertial Signals"/*.txt | wc -c)

measure() { # NAME COMMAND...
    name=$1
    shift
    best=
    for try in 1 2 3; do
        begin=$(date +%s%N)
        $one "$@" > /dev/null
        end=$(date +%s%N)
        took=$((end - begin))
        if [ -z "$best" ] || [ "$took" -lt "$best" ]; then best=$took; fi
    done
    awk -v name="$name" -v bytes="$bytes" -v took="$best" \
        'BEGIN { printf "%-14s %7.3f s %8.0f MB/s\n", name, took / 1e9, bytes / 1e6 / (took / 1e9) }'
}

measure "cat" sh -c 'cat "$1"/*/"Inertial Signals"/*.txt' sh "$data"
measure "har-load uci" "$bin/har-load" uci "$data"
if python3 -c 'import numpy' 2> /dev/null; then
    measure "numpy.loadtxt" python3 -c '
import glob, sys, numpy
for name in sorted(glob.glob(glob.escape(sys.argv[1]) + "/*/Inertial Signals/*.txt")):
    numpy.loadtxt(name, dtype="f4")' "$data"
fi
