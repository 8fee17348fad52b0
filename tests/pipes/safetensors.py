"""Write a safetensors file of `input 2 3`, flatten, `dense 2` with a fault: safetensors.py FAULT"""
import json
import struct
import sys

fault = sys.argv[1]
kernel = {"dtype": "F32", "shape": [6, 2], "data_offsets": [0, 48]}
bias = {"dtype": "F32", "shape": [2], "data_offsets": [48, 56]}
header = {"dense/kernel": kernel, "dense/bias": bias}
data = struct.pack("<14f", *range(14))

if fault == "missing":
    del header["dense/bias"]
    data = data[:48]
elif fault == "extra":
    header["dense/gate"] = {"dtype": "F32", "shape": [1], "data_offsets": [56, 60]}
    data += bytes(4)
elif fault == "renamed":
    header["Dense_1/kernel"] = header.pop("dense/kernel")
elif fault == "shape":
    kernel["shape"] = [2, 6]
elif fault == "size":
    kernel["shape"] = [7, 2]
elif fault == "overflow":
    kernel["shape"] = [2**40, 2**40]
elif fault == "negative":
    kernel["shape"] = [-6, -2]
elif fault == "overlap":
    bias["data_offsets"] = [44, 52]
elif fault == "gap":
    bias["data_offsets"] = [52, 60]
    data += bytes(4)
elif fault == "beyond":
    bias["data_offsets"] = [480, 488]
elif fault == "trailing":
    data += bytes(4)
elif fault == "truncated":
    data = data[:-1]
elif fault == "half":
    bias.update(dtype="BF16", data_offsets=[48, 52])
    data = data[:52]
elif fault == "nan":
    data = data[:52] + struct.pack("<f", float("nan"))
elif fault == "large":
    bias.update(dtype="F64", data_offsets=[48, 64])
    data = data[:48] + struct.pack("<2d", 0, 1e300)
elif fault == "nothing":
    header["dense/bias"] = 3
elif fault == "rate":
    header["__metadata__"] = {"rate": "0"}
elif fault == "people":
    header["__metadata__"] = {"people": '{"a": 5}'}
elif fault == "metadata":
    header["__metadata__"] = {"labels": ["a", "b"]}
elif fault == "labels":
    header["__metadata__"] = {"labels": "[1, 2]"}
elif fault == "net":
    header["__metadata__"] = {"net": "input 2 3\nflaten\n"}

text = json.dumps(header).encode()
length = len(text)
if fault == "twice":
    text = text.replace(b"dense/bias", b"dense/kernel")
    length = len(text)
elif fault == "json":
    text = b"[" + text[1:]
elif fault == "list":
    text, data = b"[]", b""
    length = 2
elif fault == "huge":
    length = 100000001
elif fault == "long":
    length = len(text) + len(data) + 1
elif fault == "short":
    sys.stdout.buffer.write(b"1234567")
    sys.exit()
sys.stdout.buffer.write(struct.pack("<Q", length) + text + data)
