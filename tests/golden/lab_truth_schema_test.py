# SPDX-License-Identifier: Apache-2.0
"""What `wirecause-lab truth --json` writes is what docs/schema says, docs/lab.md explains every key of it, and nothing else fits."""
import json
import os
import pathlib
import re
import sys

import schema

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
NAME = "wirecause.lab-truth-1"
sys.path.insert(0, str(ROOT / "lab/lib"))

from wirecause_lab.truth import score  # noqa: E402
from wirecause_lab.truth.compare import Item  # noqa: E402
from wirecause_lab.truth.run import FlowRun  # noqa: E402

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


judged, broken, empty = FlowRun("tail_loss", 0, 7), FlowRun("outage", 1, 7), FlowRun("healthy", 0, 7)
broken.broken = "the capture at client dropped 3"
judged.resent = 2
judged.items["sender"] = [Item("kind", 7, "fast", "fast", True), Item("time", 0, "400 ms rwnd_limited", "396 ms receiver_buffer", True)]
judged.items["middle"] = [Item("kind", 9, "fast", "timeout", False), Item("stall", 12, "recovery_fast", "not listed", False, "8.0 ms")]

made = json.loads(json.dumps(score.record([judged, broken, empty], 7)))
fits(made)
fits(json.loads(json.dumps(score.record([], 7))))
assert made["total"] == {"kind": {"right": 1, "judged": 2}, "stall": {"right": 0, "judged": 1}, "time": {"right": 1, "judged": 1}}, made
assert not made["reached"]
assert [flow["broken"] for flow in made["flows"]] == [None, broken.broken, None]
assert [wrong["frame"] for wrong in made["flows"][0]["wrong"]] == [9, 12]

flow = made["flows"][0]
for key in made:
    misfits({k: v for k, v in made.items() if k != key})
for key in flow:
    misfits(made | {"flows": [{k: v for k, v in flow.items() if k != key}]})
for odd in ({"more": 1}, {"flow": "Tail loss"}, {"broken": ""}, {"retransmissions": -1}, {"wrong": None}):
    misfits(made | {"flows": [flow | odd]})
for odd in ({"point": "client"}, {"what": "loss"}, {"right": True}, {"frame": -1}):
    misfits(made | {"flows": [flow | {"wrong": [flow["wrong"][0] | odd]}]})
misfits(made | {"schema": "wirecause.lab-truth/2"})

explained = set(re.findall(r"`([a-z0-9_]+)`", "".join(re.findall(r"^\| (`[^|]*) \|", (ROOT / "docs/lab.md").read_text(), re.M))))
definitions = schema.load(NAME)["$defs"]
keys = {key for name in ("truth", "musts", "share", "named", "flow", "wrong", "points") for key in definitions[name]["properties"]}
assert keys <= explained, f"docs/lab.md does not explain {sorted(keys - explained)}"
