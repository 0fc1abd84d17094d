# SPDX-License-Identifier: Apache-2.0
"""What `wirecause lab --json` prints is what docs/schema says, docs/lab.md explains every key of it, and nothing else fits.

A list, runs with and without a verdict, and a matrix; as root and where namespaces can be made a run of its own, too.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import schema

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
NAME = "wirecause.lab-1"
sys.path.insert(0, str(ROOT / "lab/lib"))

from wirecause_lab import judge, matrix  # noqa: E402
from wirecause_lab.runs import Run  # noqa: E402
from wirecause_lab.scenario import load_scenario, scenario_ids  # noqa: E402

try:
    import jsonschema  # noqa: F401
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(schema.SKIPPED)


def fits(document):
    found = schema.violations(document, NAME)
    assert not found, found


def misfits(document):
    assert schema.violations(document, NAME), document


def made_runs():
    """Of every case: not judged, right, and undecided."""
    for name in scenario_ids(ROOT / "lab/scenarios"):
        for case in load_scenario(ROOT / "lab/scenarios" / name).cases:
            yield Run(case, 0, 1)
            for named, undecided, word, explained in (("net_line_loss", [], judge.RIGHT, 1.0), (None, ["a", "b"], judge.UNDECIDED, None)):
                run = Run(case, 1, 1)
                run.verdict = judge.Verdict(named, undecided, word, 5, explained, [])
                run.word = word
                yield run


listing = json.loads(subprocess.run([os.environ["WIRECAUSE"], "lab", "--json"], capture_output=True, text=True, check=True).stdout)
fits(listing)
runs = list(made_runs())
assert len(runs) == 3 * sum(len(one["cases"]) for one in listing["scenarios"])
results = {"schema": "wirecause.lab/1", "seeds": [1, 2], "runs": [run.record() for run in runs]}
fits(results)
fits(matrix.Matrix(runs).document([1, 2]) | {"runs": results["runs"]})
for key in ("scenario", "named", "lost", "broken"):
    without = {k: v for k, v in results["runs"][0].items() if k != key}
    misfits(results | {"runs": [without]})
for odd in ({"more": 1}, {"kind": "faults"}, {"explained": 1.5}, {"lost": -1}, {"expected": []}, {"undecided": None}):
    misfits(results | {"runs": [results["runs"][0] | odd]})
misfits({"schema": "wirecause.lab/1", "seeds": [1]})
misfits(listing | {"schema": "wirecause.lab/2"})

explained = set(re.findall(r"`([a-z0-9_]+)`", "".join(re.findall(r"^\| (`[^|]*) \|", (ROOT / "docs/lab.md").read_text(), re.M))))
definitions = schema.load(NAME)["$defs"]
keys = {key for name in ("run", "headline", "cause", "case") for key in definitions[name]["properties"]}
assert keys <= explained, f"docs/lab.md does not explain {sorted(keys - explained)}"

if os.geteuid() == 0:
    words = ["lab", "net_line_loss", "--kind", "twin", "--seed", "1", "--json"]
    done = subprocess.run([os.environ["WIRECAUSE"], *words], capture_output=True, text=True, check=False, timeout=120)
    if done.stdout:
        made = json.loads(done.stdout)
        fits(made)
        assert {run["kind"] for run in made["runs"]} == {"twin"}, made
    else:
        assert done.returncode == 3 and done.stderr, done
        print(f"without a run of its own: {done.stderr.strip()}")
