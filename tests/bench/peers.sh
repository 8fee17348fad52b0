#!/bin/bash
# Usage: peers.sh FOLDER
# Makes a virtual environment in FOLDER for each framework that bench.py compares with: torch, keras2,
# keras3. One that is there already stays as it is; one that this machine's Python is too new or too
# old for is left out, having said so. PyPI's PyTorch brings CUDA's libraries with it (5 GB on disk): an
# index of builds without them, in PIP_EXTRA_INDEX_URL, is taken first.
set -euo pipefail
folder=$1
mkdir -p "$folder"

python_from_to() { # LEAST MOST: a python3 of a version 3.LEAST to 3.MOST
    local minor
    for python in python3 $(seq -f 'python3.%g' "$2" -1 "$1"); do
        minor=$("$python" -c 'import sys; print(sys.version_info.minor)' 2> /dev/null) || continue
        if [ "$minor" -ge "$1" ] && [ "$minor" -le "$2" ]; then
            echo "$python"
            return
        fi
    done
}

install() { # NAME LEAST MOST REQUIREMENT...
    local name=$1 python
    local made=$folder/$name/made wanted="${*:4}"
    if [ "$(cat "$made" 2> /dev/null)" = "$wanted" ]; then return; fi
    python=$(python_from_to "$2" "$3")
    if [ -z "$python" ]; then
        echo "bench-peers: no $name, it needs a Python of 3.$2 to 3.$3" >&2
        return
    fi
    echo "bench-peers: will install $wanted into $folder/$name" >&2
    rm -rf "${folder:?}/$name"
    "$python" -m venv "$folder/$name"
    "$folder/$name/bin/pip" install --quiet --disable-pip-version-check "${@:4}"
    echo "$wanted" > "$made"
}

install torch 10 14 torch==2.15.0 numpy==2.4.6
install keras2 9 11 tensorflow-cpu==2.12.1 keras==2.12.0
install keras3 10 13 tensorflow-cpu==2.21.0 keras==3.15.1
