#!/bin/bash
# har-cat over a stream of 1 GB, on one core: GB/s from a file and through a pipe, beside cat(1), and
# the most memory it took. Needs 1 GB in TMPDIR. Run it with bin/ in the PATH.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stream=$folder/stream.har

# 1000 frames of 227 windows: about 1 MiB each.
python3 - > "$stream" << 'EOF'
import os, struct, sys, zlib
def text(s): return bytes([0xa0 + len(s)]) + s.encode()
def bins(s): return bytes([0xc4, len(s)]) + s.encode()
payload = os.urandom(227 * 128 * 9 * 4)
crc = 0
def write(data):
    global crc
    crc = zlib.crc32(data, crc)
    sys.stdout.buffer.write(data)
write(b'\x83' + text('har') + b'\x92\x01\x00' + text('kind') + text('header') + text('type') + text('windows'))
for seq in range(1000):
    write(b'\x83' + text('kind') + text('data') + text('seq') + b'\xcd' + struct.pack('>H', seq) + text('x')
          + b'\x85' + bins('nd') + b'\xc3' + bins('type') + text('<f4') + bins('kind') + bins('') + bins('shape')
          + b'\x93\xcc\xe3\xcc\x80\x09' + bins('data') + b'\xc6' + struct.pack('>I', len(payload)) + payload)
write(b'\x87' + text('kind') + text('end') + text('frames') + b'\xcd\x03\xe8' + text('rows')
      + b'\xce' + struct.pack('>I', 227000) + text('crc32') + b'\xce' + struct.pack('>I', crc)
      + text('more') + b'\xc2' + text('status') + b'\x00' + text('message') + b'\xa0')
EOF

# Each command once to warm up, then the best of three; on one core where taskset is there.
python3 - "$stream" << 'EOF'
import os, resource, subprocess, sys, time
stream = sys.argv[1]
size = os.path.getsize(stream)
one_core = ['taskset', '-c', str(min(os.sched_getaffinity(0)))]
if subprocess.run(one_core + ['true'], stderr=subprocess.DEVNULL).returncode != 0:
    one_core = []
def best(name, command):
    times = []
    for _ in range(4):
        start = time.perf_counter()
        subprocess.run(one_core + ['bash', '-c', f'set -o pipefail; {command} > /dev/null', 'bash', stream],
                       check=True)
        times.append(time.perf_counter() - start)
    print(f'{name:24} {size / min(times[1:]) / 1e9:6.2f} GB/s')
best('cat FILE', 'cat "$1"')
best('har-cat FILE', 'har-cat "$1"')
best('cat FILE | cat', 'cat "$1" | cat')
best('cat FILE | har-cat', 'cat "$1" | har-cat')
best('har-cat --rows 100 FILE', 'har-cat --rows 100 "$1"')
subprocess.run(one_core + ['har-cat', stream], stdout=subprocess.DEVNULL, check=True)
print(f'most memory of any      {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:7.1f} MiB')
EOF
