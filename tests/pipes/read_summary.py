"""Prints what har-summarize --json says, shortly: read_summary.py FILE."""
import json
import sys

summary = json.load(open(sys.argv[1]))
runs = summary["runs"]


def of_runs(pick):
    return " ".join(str(pick(run)) for run in runs)


def rows(confusion):
    return sum(map(sum, confusion))


label, subject = summary["labels"][-1], sorted(summary["per_subject"])[-1]
print("keys:", *summary)
print("labels:", summary["labels"])
print(f"accuracy: {summary['accuracy']:.6g} of {[run['accuracy'] for run in runs]}, "
      f"spread {summary['spread']['accuracy']:.6g}, interval {summary['interval']['accuracy']}")
print(f"confusion: {rows(summary['confusion'])} rows, the runs'", of_runs(lambda r: rows(r["confusion"])))
print(f"class {label}: support {summary['per_class'][label]['support']}, the runs'",
      of_runs(lambda r: r["per_class"][label]["support"]))
print(f"subject {subject}: rows {summary['per_subject'][subject]['rows']}, the runs'",
      of_runs(lambda r: r["per_subject"][subject]["rows"]))
