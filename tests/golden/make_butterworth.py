"""Writes butterworth.csv: Butterworth filters as scipy designs and runs them.

Two kinds of lines:
  section,BAND,ORDER,CUTOFF,RATE,a1,a2        denominators of scipy.signal.butter(output="sos")
  output,BAND,ORDER,CUTOFF,RATE,y0,...,y39    scipy.signal.sosfilt of the signal below
The signal: x[i] = ((7 i) mod 13 - 6) / 4 + 1.
"""

import numpy
from scipy import signal

CASES = [
    ("lowpass", 10, 20.0, 50.0),
    ("lowpass", 3, 0.3, 50.0),
    ("lowpass", 2, 0.1, 50.0),
    ("lowpass", 1, 5.0, 50.0),
    ("lowpass", 7, 24.0, 50.0),
    ("lowpass", 20, 12.5, 100.0),
    ("highpass", 1, 0.5, 50.0),
    ("highpass", 4, 0.3, 50.0),
    ("highpass", 5, 10.0, 25.6),
]

x = numpy.array([((7 * i) % 13 - 6) / 4 + 1 for i in range(40)])
with open("butterworth.csv", "w") as out:
    for band, order, cutoff, rate in CASES:
        sections = signal.butter(order, cutoff, band, output="sos", fs=rate)
        name = f"{band},{order},{cutoff},{rate}"
        for section in sections:
            print(f"section,{name},{float(section[4])!r},{float(section[5])!r}", file=out)
        y = signal.sosfilt(sections, x)
        print(f"output,{name}," + ",".join(repr(float(v)) for v in y), file=out)
