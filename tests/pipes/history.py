"""Is the log's course of training that of a csv of Keras's? history.py LOG CSV"""
import csv
import json
import sys

epochs = [json.loads(line) for line in open(sys.argv[1])][1:-1]
keras = list(csv.DictReader(open(sys.argv[2])))
far = [(e["epoch"], key) for e, k in zip(epochs, keras) for key in k
       if abs(e[key] - float(k[key])) > 1e-4 * abs(float(k[key]))]
print(f"{len(epochs)} epochs, {'close' if len(epochs) == len(keras) and not far else far}")
