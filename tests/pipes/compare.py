"""Runs har-compare on the cases of tests/golden/compare.json, and says where it differs: compare.py FOLDER."""
import json
import subprocess
import sys

folder = sys.argv[1]


def near(value, expected):
    return value == expected or None not in (value, expected) and abs(value - expected) <= 1e-9


for case in json.load(open("tests/golden/compare.json")):
    files = [f"{folder}/model-{i}.har" for i in range(len(case["files"]))]
    for file, arguments in zip(files, case["files"]):
        with open(file, "wb") as out:
            subprocess.run([sys.executable, "tests/pipes/judged.py", *arguments.split()], stdout=out, check=True)
    command = ["har-compare", "--json", *case["options"].split(), *files]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["pairs"]
    assert len(found) == len(case["pairs"]) > 0
    wrong = []
    for pair, expected in zip(found, case["pairs"]):
        if not near(pair["difference"], expected["difference"]):
            wrong.append(f"difference {pair['difference']}, expected {expected['difference']}")
        for name, test in pair["tests"].items():
            if not (near(test["p"], expected[name][0]) and near(test["holm"], expected[name][1])):
                wrong.append(f"{name} {test['p']} {test['holm']}, expected {expected[name]}")
    print(f"{case['name']}:", "; ".join(wrong) or "same")
