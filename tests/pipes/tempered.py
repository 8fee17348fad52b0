"""Are WARM.csv's probabilities those of PLAIN.csv at temperature T, p^(1/T) / sum p^(1/T), and the
loss of the validation rows less? tempered.py PLAIN.csv WARM.csv T"""
import csv
import math
import sys

plain, warm = [list(csv.reader(open(name)))[1:] for name in sys.argv[1:3]]
beta = 1 / float(sys.argv[3])
classes = slice(2, 5)
split = 6
loss = {"plain": 0, "warm": 0}
for a, b in zip(plain, warm):
    p, q = [[float(v) for v in row[classes]] for row in (a, b)]
    powers = [v ** beta for v in p]
    assert all(abs(v / sum(powers) - w) < 1e-5 for v, w in zip(powers, q)), (a, b)
    if a[split] == "2":
        loss["plain"] -= math.log(p[int(a[0])])
        loss["warm"] -= math.log(q[int(a[0])])
print("tempered, loss", "falls" if loss["warm"] < loss["plain"] else "rises", end="\n")
