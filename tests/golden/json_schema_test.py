# SPDX-License-Identifier: Apache-2.0
"""The JSON of a whole run: valid against the schema, exact in its sums, the same twice, on a feed that we made ourselves."""
import json
import os
import subprocess
import sys
import tempfile

import schema

SKIPPED = 77


def run(*arguments):
    return subprocess.run([os.environ["WIRECAUSE"], *arguments], capture_output=True, timeout=120, check=False)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def prepared(folder):
    """The demo capture; skips where the program cannot make or read one."""
    program = os.environ.get("WIRECAUSE", "")
    if not os.access(program, os.X_OK):
        skip("the program is not built")
    for command in ("send", "analyze"):
        if run(command, "-h").returncode != 0:
            skip(f"wirecause {command} does not exist in this build")
    capture = os.path.join(folder, "demo.pcapng")
    made = run("send", "--demo", "--to", capture)
    assert made.returncode == 0, made.stderr.decode()
    return capture


def check_sums(document):
    for feed in document["feeds"]:
        arbitrated = feed["arbitrated"]
        assert arbitrated["expected"] == arbitrated["delivered"] + arbitrated["lost"], arbitrated
        assert arbitrated["recovered"] <= arbitrated["delivered"], arbitrated
        for line in feed["lines"]:
            assert line["lost"] + line["tail_unknown"] <= line["expected"], line


def check_capped(capture, whole):
    capped = json.loads(run("analyze", "--json", "--max-list", "1", capture).stdout)
    for before, after in zip(whole["feeds"], capped["feeds"]):
        for a, b in zip(before["lines"], after["lines"]):
            assert len(b["gaps"]) <= 1
            assert len(a["gaps"]) + a["gaps_omitted"] == len(b["gaps"]) + b["gaps_omitted"]
            assert (a["lost"], a["expected"]) == (b["lost"], b["expected"])
    assert schema.violations(capped) == []


def check_live_follows():
    """The keys of a finding and of the report of wirecause.live/1 are those of wirecause.analysis/1, and the event. Connections
    are explained from captures alone."""
    whole, live = schema.load(), schema.load("wirecause.live-1")
    of_captures = {key for key in whole["properties"] if key == "tcp" or key.startswith("tcp_")}
    assert of_captures >= {"tcp", "tcp_totals"} and not of_captures & set(live["$defs"]["report"]["properties"])
    whole["properties"] = {key: value for key, value in whole["properties"].items() if key not in of_captures}
    finding = whole["$defs"]["finding"]
    of_connections = {"connections", "lost_ns", "life_ns"}
    assert of_connections < set(finding["properties"]) and not of_connections & set(live["$defs"]["finding"]["properties"])
    finding["properties"] = {key: value for key, value in finding["properties"].items() if key not in of_connections}
    for name, of in (("report", whole), ("finding", finding)):
        event = live["$defs"][name]
        assert set(event["properties"]) == {"event", *of["properties"]}, f"keys of the event {name}"
        assert set(event["required"]) >= {"event", *of["required"]}, f"required keys of the event {name}"
    odd = {"event": "symptom", "kind": "drop", "extra": 1}
    assert schema.violations_of_line(odd), "a line with a key too many and others too few"


def main():
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        skip("python3-jsonschema is not installed")
    check_live_follows()
    with tempfile.TemporaryDirectory() as folder:
        capture = prepared(folder)
        first = run("analyze", "--json", capture)
        assert first.returncode in (0, 1), first.stderr.decode()
        document = json.loads(first.stdout)
        found = schema.violations(document)
        assert not found, "\n".join(found)
        assert document["feeds"], "the demo feed was not recognised"
        check_sums(document)
        check_capped(capture, document)
        assert run("analyze", "--json", capture).stdout == first.stdout, "two runs differ"
    print("the JSON is valid, its sums meet, and it is the same twice")


main()
