#!/usr/bin/env python3
"""Make tests/golden/dense.safetensors with the safetensors package, and print what is in it.

    pip install safetensors numpy
    python3 tests/golden/make_safetensors.py tests/golden/dense.safetensors

The net is `input 2 3`, flatten, `dense 2 activation=softmax`; the bias is F64. The weights are
small multiples of 1/8, so that both types hold them exactly.
"""
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

kernel = (np.arange(12, dtype="f4").reshape(6, 2) - 5) / 8
bias = np.array([0.125, -0.25], dtype="f8")
save_file({"dense/kernel": kernel, "dense/bias": bias}, sys.argv[1], metadata={"format": "np"})
for name, value in load_file(sys.argv[1]).items():
    print(name, value.dtype, value.tolist())
