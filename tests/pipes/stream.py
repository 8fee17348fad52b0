"""Writes the stream called NAME, good or bad: python3 tests/pipes/stream.py NAME."""
import sys
import zlib

import msgpack
import msgpack_numpy
import numpy as np


def pack(frame):
    return msgpack.packb(frame, default=msgpack_numpy.encode)


def segment(items, more=False, kind='windows', version=(1, 0), about={}, **end):
    """Header, data frames, end frame, without a stream library: ten lines of Python."""
    header = {'har': version, 'kind': 'header', 'type': kind, 'source': 'python', 'rate': 50.0,
              **about}
    data = pack(header)
    for seq, tensors in enumerate(items):
        data += pack({'kind': 'data', 'seq': seq, **tensors})
    rows = sum(len(t['x']) for t in items if 'x' in t and np.ndim(t['x']) > 0)
    last = {'kind': 'end', 'frames': len(items), 'rows': rows, 'crc32': zlib.crc32(data),
            'more': more, 'status': 0, 'message': ''}
    return data + pack({**last, **end})


def windows(first, count):
    x = np.arange(first * 6, (first + count) * 6, dtype='<f4').reshape(count, 3, 2)
    return {'x': x, 'y': np.arange(first, first + count, dtype='<i4')}


def recordings(row=3, **changed):
    """Ten samples of two channels, and in the given ROW other values."""
    tensors = {'x': np.ones((10, 2), '<f4'), 'y': np.zeros(10, '<i4'), 'recording': np.ones(10, '<i4')}
    for name, value in changed.items():
        tensors[name][row] = value
    return segment([tensors], kind='recordings', about={'channels': ['a', 'b'], 'labels': ['c', 'd']})


def one(x):
    return segment([{'x': x}])


def linear(*kernel, **about):
    """A model of two classes for windows(): its KERNEL in pieces of so many rows, with their offsets,
    and what its header says beside the net."""
    pieces = [{'name': 'dense/kernel', 'offset': first, 'value': np.full((count, 2), first, '<f4')}
              for first, count in kernel or [(0, 6)]]
    net = 'profile keras2\ninput 3 2\nflatten\ndense 2 activation=softmax\n'
    return segment(pieces + [{'name': 'dense/bias', 'value': np.zeros(2, '<f4')}], kind='model', rows=0,
                   about={'net': net, **about})


good = segment([windows(0, 4), windows(4, 4), windows(8, 2)])
model = segment([{'name': 'dense/kernel', 'value': np.ones((2, 3), '<f4')}], kind='model', more=True)

streams = {
    'good': lambda: good,
    'two': lambda: model + good,
    'maps': lambda: segment([{'x': 'whatever'}], kind='maps', rows=7),
    'foreign': lambda: streams['maps']() + good,
    'promised': lambda: segment([windows(0, 4)], more=True),
    'failed': lambda: segment([windows(0, 4)], status=4, message='har-train: lstm: not finite'),
    'newer-major': lambda: segment([], version=(2, 0)),
    'newer-minor': lambda: segment([windows(0, 2)], version=(1, 9), shiny=True),
    'newer-data': lambda: segment([{**windows(0, 2), 'note': 'shiny'}], version=(1, 9)),
    'people': lambda: segment([{'x': windows(0, 4)['x'], 'subject': np.array([1, 2, 3, 4], '<i4')}]),
    'model': lambda: linear(),
    'model-order': lambda: linear((2, 4), (0, 2)),
    'model-twice': lambda: linear((0, 6), (0, 6)),
    'model-people': lambda: linear(subjects=[1, 2]),
    'model-within': lambda: linear(subjects=[3], subjects_incomplete=True, within_person=True,
                                   validation_subjects=[], validation_subjects_incomplete=True),
    'model-people-text': lambda: linear(subjects=['1', '2']),
    'model-people-real': lambda: linear(subjects=[1.0, 2.0]),
    'model-people-number': lambda: linear(subjects=2),
    'model-people-list': lambda: linear(subjects=[1, 2], people=[1, 2]),
    'model-people-map': lambda: linear(subjects=[1, 2], people={'python': '1 2'}),
    'unknown-key': lambda: segment([windows(0, 2)], shiny=True),
    'gigabytes': lambda: pack({'har': (1, 0), 'kind': 'header', 'type': 'windows'})
                         + b'\x83\xa4kind\xa4data\xa3seq\x00\xa1x\xc6\xff\xff\xff\xff',
    'objects-claimed': lambda: b'\xdf\xff\xff\xff\xff',
    'wide': lambda: segment([{'x': np.empty((0, 2), '<f4'), 't': np.empty((0, 1 << 40), '<f4')}]),
    'commands': lambda: segment([], about={'evil\x1b[31m\nfake: key': 1}),
    'overflow': lambda: pack({'har': (1, 0), 'kind': 'header', 'type': 'windows'})
                        + pack({'kind': 'data', 'seq': 0, 'x': {
                            b'nd': True, b'type': '<f8', b'kind': b'',
                            b'shape': (2**40, 2**40), b'data': b''}}),
    'objects': lambda: one(np.array([1, 'a'], 'O')),
    'structured': lambda: one(np.zeros(2, [('a', '<f4')])),
    'big-endian': lambda: one(np.zeros(2, '>f4')),
    'half': lambda: one(np.zeros(2, '<f2')),
    'complex': lambda: one(np.zeros(2, '<c8')),
    'scalar': lambda: one(np.float32(1)),
    'rows': lambda: segment([{'x': np.zeros((2, 3), '<f4'), 'y': np.zeros(3, '<i4')}]),
    'recordings-nan': lambda: recordings(x=(1, np.nan)),
    'recordings-infinite': lambda: recordings(x=(np.inf, 1)),
    'recordings-label': lambda: recordings(y=2),
    'recordings-below': lambda: recordings(y=-2),
    'column-missing': lambda: segment([windows(0, 4), {'x': windows(4, 2)['x']}]),
    'column-new': lambda: segment([{'x': windows(0, 4)['x']}, windows(4, 2)]),
    'column-shape': lambda: segment([windows(0, 4), {**windows(4, 2), 'x': np.zeros((2, 4, 2), '<f4')}]),
    'column-type': lambda: segment([windows(0, 4), {**windows(4, 2), 'y': np.zeros(2, '<i8')}]),
    'seq': lambda: good.replace(b'\xa3seq\x01', b'\xa3seq\x02'),
    'checksum': lambda: good.replace(b'python', b'Python'),
    'frames': lambda: segment([windows(0, 4)], frames=2),
    'rows-end': lambda: segment([windows(0, 4)], rows=5),
    'other-msgpack': lambda: msgpack.packb({'hello': 'world'}),
}

sys.stdout.buffer.write(streams[sys.argv[1]]())
