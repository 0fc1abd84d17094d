# SPDX-License-Identifier: Apache-2.0
"""Runs and scenarios as text for people."""
import json

from . import judge
from .scenario import KINDS

WIDTHS = (26, 10, 4, 26, 9, 9, 7)


def line(cells):
    return "  ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS)).rstrip()


def head():
    return line(("scenario", "kind", "var", "named", "verdict", "explained", "time"))


def explained(run):
    share = run.verdict.explained if run.verdict else None
    return "-" if share is None else f"{100 * share:.1f} %"


def named(run):
    if run.verdict is None:
        return "-"
    return run.verdict.named or (" or ".join(run.verdict.undecided) or "nothing")


def row(run):
    cells = (run.case.scenario, run.case.kind, run.variation, named(run), run.word, explained(run), f"{run.duration_ns / 1e9:.1f} s")
    text = line(cells)
    if run.why:
        text += "".join(f"\n    {part}" for why in run.why for part in why.strip().splitlines())
    return text


def shown(run):
    """What was done, what wirecause says of it, and whether that is right."""
    lines = [f"What was done: {run.case.what}"]
    if run.lab is not None and run.verdict is not None:
        load, lost = run.lab.load, run.verdict.lost
        lines.append(f"A {load.framing} feed of {load.rate} datagrams a second on {run.lab.wiring.feeds[0]}; by the journals of publisher "
                     f"and readers {lost} messages were lost.")
    if run.said:
        lines += ["", "What `wirecause watch` says of it:", "", run.said.rstrip("\n"), ""]
    lines.append(f"{run.word.capitalize()}: {named(run)} was named, {explained(run)} of the loss explained ({run.duration_ns / 1e9:.1f} s).")
    return "\n".join([*lines, *(f"  {part}" for why in run.why for part in why.strip().splitlines())])


def count(runs, word):
    return sum(run.word == word for run in runs)


def seeds_text(seeds):
    return f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))}"


def foot(runs, seeds):
    words = (judge.RIGHT, judge.WRONG, judge.UNDECIDED, judge.BROKEN, judge.SKIPPED)
    said = ", ".join(f"{count(runs, word)} {word}" for word in words)
    return f"{len(runs)} runs: {said}; {seeds_text(seeds)}, {sum(run.duration_ns for run in runs) / 1e9:.0f} s"


def kinds_of(scenario):
    return {kind: sum(case.kind == kind for case in scenario.cases) for kind in KINDS}


def list_text(scenarios):
    rows = []
    for scenario in scenarios:
        kinds = ", ".join(f"{n} {kind}" for kind, n in kinds_of(scenario).items() if n)
        rows.append(f"{scenario.id.ljust(26)}  {kinds}\n    {scenario.title}")
    return "\n".join(rows)


def list_json(scenarios):
    return json.dumps({"schema": "wirecause.lab/1", "scenarios": [
        {"id": scenario.id, "title": scenario.title, "cases": [
            {"kind": case.kind, "expected": case.expected, "what": case.what, "evidence": case.evidence,
             "machine_wide": bool(case.knobs)} for case in scenario.cases]} for scenario in scenarios]}, indent=2)
