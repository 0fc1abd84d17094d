# SPDX-License-Identifier: Apache-2.0
"""Every scenario has a fault, a twin, a look-alike and a page, and bears the id of a cause; wirecause lab starts the program."""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
KEYS = ["scenario", "kind", "variation", "seed", "expected", "named", "undecided", "verdict", "correct", "lost", "explained", "broken",
        "duration_ns"]


def wirecause(*words, **more):
    return subprocess.run([os.environ["WIRECAUSE"], *words], capture_output=True, text=True, check=False, **more)


def ids(*words):
    return json.loads(wirecause(*words, "--json").stdout)


causes = {item["id"] for item in ids("list", "causes")["items"]}
scenarios = ids("lab")["scenarios"]
assert [s["id"] for s in scenarios] == sorted(p.parent.name for p in (ROOT / "lab/scenarios").glob("*/scenario.py")) != []
for one in scenarios:
    folder = ROOT / "lab/scenarios" / one["id"]
    kinds = {c["kind"] for c in one["cases"]}
    assert {"fault", "twin", "look_alike"} <= kinds, f"{one['id']}: {kinds}"
    assert one["id"] in causes, one["id"]
    assert (folder / "README.md").read_text().startswith(f"# {one['id']}\n"), one["id"]
    assert len((folder / "scenario.py").read_text().splitlines()) <= 130, one["id"]
    for c in one["cases"]:
        named = c["expected"] if isinstance(c["expected"], list) else [c["expected"]]
        assert all(n is None or n in causes for n in named), (one["id"], c)
        assert c["what"] and (c["kind"] != "fault" or c["expected"] == one["id"]), (one["id"], c)

wrong = wirecause("lab", "no_such_scenario")
assert (wrong.returncode, wrong.stdout) == (2, "") and "'no_such_scenario': no such scenario" in wrong.stderr, wrong
wrong = wirecause("lab", "--all", "--kind", "faults")
assert wrong.returncode == 2 and "--kind faults" in wrong.stderr, wrong
for words in (("--seed", "7"), ("--machine-wide",), ("--json", "--matrix", "x"), ("--all", "--kind", "")):
    wrong = wirecause("lab", *words)
    assert (wrong.returncode, wrong.stdout) == (2, "") and wrong.stderr, (words, wrong)
wrong = wirecause("lab", "--all", "--seed", "x")
assert wrong.returncode == 2 and "seed" in wrong.stderr, wrong
if os.geteuid() != 0:
    answer = wirecause("lab", "--all")
    assert answer.returncode == 3 and answer.stderr.count("\n") == 1 and "needs root" in answer.stderr, answer
no_python = wirecause("lab", env={**os.environ, "PATH": "/nonexistent"})
assert no_python.returncode == 2 and "python3 was not found" in no_python.stderr, no_python

sys.path.insert(0, str(ROOT / "lab/lib"))
from wirecause_lab.runs import Run  # noqa: E402
from wirecause_lab.scenario import load_scenario  # noqa: E402

first = load_scenario(ROOT / "lab/scenarios/net_line_loss").cases[0]
assert list(Run(first, 0, 1).record()) == KEYS
