"""Reads a stream with msgpack_numpy alone, checks its end frames, prints a line for each frame."""
import sys

import msgpack
import msgpack_numpy

frames = msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, raw=False,
                          max_buffer_size=2**31 - 1)
for frame in frames:
    kind = frame['kind']
    if kind == 'header':
        print('header', frame['type'], frame['source'])
        count = rows = 0
    elif kind == 'data':
        x = frame.get('x', frame.get('value'))
        print('data', x.dtype.str, x.shape, x.sum())
        count, rows = count + 1, rows + (len(x) if 'x' in frame else 0)
    else:
        print('end', frame['frames'] == count and frame['rows'] == rows, frame['status'])
