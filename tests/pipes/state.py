"""Changes the state of training in a checkpoint, and its checksum: state.py KEY=JSON < checkpoint."""
import json
import sys
import zlib

import msgpack

key, value = sys.argv[1].split("=", 1)
data = sys.stdin.buffer.read()
frames = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=2**31 - 1)
frames.feed(data)
header, begin = frames.unpack(), frames.tell()
frame = {}
while frame.get("kind") != "end":
    end, frame = frames.tell(), frames.unpack()
header["training"][key] = json.loads(value)
body = msgpack.packb(header) + data[begin:end]
frame["crc32"] = zlib.crc32(body)
del frame["check"]
sys.stdout.buffer.write(body + msgpack.packb(frame))
