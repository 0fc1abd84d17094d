# SPDX-License-Identifier: Apache-2.0
"""The lab's judge on reports written by hand: what is right, wrong and undecided does not depend on wirecause."""
import dataclasses
import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
sys.path.insert(0, str(ROOT / "lab/lib"))

from wirecause_lab import judge, matrix, scenario, sums  # noqa: E402
from wirecause_lab.draw import Dice, Load  # noqa: E402
from wirecause_lab.firewall import Turns  # noqa: E402
from wirecause_lab.namespaces import ABSENT  # noqa: E402
from wirecause_lab.numbers import Truth  # noqa: E402
from wirecause_lab.report import Report  # noqa: E402
from wirecause_lab.runs import Run  # noqa: E402


def finding(cause, explained=0, severity="critical", undecided_with=(), lost=0, consumer=None):
    return {"cause": cause, "consumer": consumer, "severity": severity, "explained": explained, "lost": lost, "because": "",
            "confidence": "undecided" if undecided_with else "by number", "undecided_with": list(undecided_with),
            "first_ns": 1, "last_ns": 2}


class Consumer:
    name, pid = "lab_consumer", 7

    def __init__(self, cookie=1):
        self.who = {"cookie": cookie, "fd": 3}


def row(expected, read, dropped, lost_before=0, unexplained=0, cookie=1, why=None):
    return {"consumer": cookie + 10, "cookie": cookie, "pid": 7, "fd": 3, "expected": expected, "read": read, "read_unknown": why, "queued": 0, "dropped": {"socket": dropped},
            "dropped_at": [], "lost_before": lost_before, "unexplained": unexplained}


def case(kind, expected=None, at="warning", never=()):
    return scenario.Case("s", kind, "c", expected, None, at=at, never=frozenset(never))


def judged(what, findings, lost=0, consumers=(), missed=None, code=1, **truth):
    report = Report({"findings": findings, "consumers": list(consumers), "inputs": [{"packets": 9}]}, code, [], "")
    return judge.judge(what, judge.Answer(report, lost, missed or {}, **truth))


def expect(word, *arguments, **more):
    verdict = judged(*arguments, **more)
    assert verdict.word == word, (word, verdict)
    return verdict


FAULT = case("fault", "a")
verdict = expect("right", FAULT, [finding("a", 5), finding("b", 1, "warning")], lost=6)
assert verdict.named == "a" and verdict.is_wrong_name and "named as well: b" in verdict.why[0], verdict
assert not expect("right", FAULT, [finding("a", 5), finding("b", 1, "info")], lost=6).is_wrong_name
assert expect("undecided", FAULT, [finding("a", 5, undecided_with=["b"]), finding("c", 1)], lost=6).is_wrong_name
# What looks alike is named instead, not beside.
ALIKE = case("look_alike", "b", never=["a"])
expect("wrong", ALIKE, [finding("b", 5), finding("a", 1)], lost=6)
assert expect("right", ALIKE, [finding("b", 5), finding("c", 1)], lost=6).is_wrong_name
assert expect("wrong", FAULT, [finding("b", 5), finding("a", 1)], lost=6).is_wrong_name
assert not expect("wrong", FAULT, [], lost=5).is_wrong_name
assert not expect("wrong", FAULT, [finding("a", 5, "info")], lost=5).is_wrong_name
halves = [finding("a", 5, undecided_with=["b"]), finding("b", 5, undecided_with=["a"])]
verdict = expect("undecided", FAULT, halves, lost=5)
assert (verdict.named, verdict.undecided, verdict.explained) == (None, ["a", "b"], 1.0)
# Two lines of one, and the capture of both: the same five units.
folded = [finding("a", 2, undecided_with=["b"]), finding("a", 3, undecided_with=["b"]), finding("b", 5, undecided_with=["a", "c"])]
assert sums.units_explained(folded) == 5
assert sums.units_explained([*folded, finding("d", 1), finding("e", 4, undecided_with=["f"])]) == 10
expect("wrong", FAULT, [finding("c", 5, undecided_with=["b"])], lost=5)

# Sums: attributed twice, not as the journal says, not meeting.
assert "attributed twice" in expect("wrong", FAULT, [finding("a", 5), finding("b", 5)], lost=5).why[1]
assert expect("wrong", FAULT, [finding("a", 10, undecided_with=["b"])], lost=5).explained == 2.0
assert expect("right", FAULT, [finding("a", 3)], lost=6).explained == 0.5
consumer = Consumer()
expect("right", FAULT, [finding("a", 5)], lost=5, consumers=[row(10, 5, 5)], missed={consumer: 5})
expect("wrong", FAULT, [finding("a", 5)], lost=5, consumers=[row(10, 5, 4, unexplained=1)], missed={consumer: 5})
expect("wrong", FAULT, [finding("a", 5)], lost=5, consumers=[row(10, 6, 4)], missed={consumer: 5})
expect("wrong", FAULT, [finding("a", 5)], lost=5, consumers=[], missed={consumer: 5})

# What the publisher sent and the reader read, by their journals; what nobody saw at the ends may be unknown.
whole = row(10, 5, 5)
for seen, word in ((judge.Seen(10, 5), "right"), (judge.Seen(12, 5), "wrong"), (judge.Seen(12, 5, at_the_ends=2), "right"),
                   (judge.Seen(10, 4), "wrong"), (judge.Seen(0, 5), "wrong")):
    expect(word, FAULT, [finding("a", 5)], lost=5, consumers=[whole], missed={consumer: 5}, seen={consumer: seen})
# A report that has nothing to say because nothing was seen.
nothing = row(0, 0, 0)
expect("wrong", case("twin"), [], consumers=[nothing], missed={consumer: 0}, seen={consumer: judge.Seen(10, 10)}, code=0)
expect("wrong", case("twin"), [], code=3)
expect("right", dataclasses.replace(case("twin"), is_blind=True), [], code=3)
expect("wrong", dataclasses.replace(case("twin"), is_blind=True), [], code=0)
expect("wrong", case("twin"), [], code=0, frames=10)
expect("right", case("twin"), [], code=0, frames=9)

# Each cause has its share, and is laid to the reader that bears it.
two = {"consumers": [row(10, 5, 5), row(10, 10, 0, cookie=2)], "missed": {consumer: 5, Consumer(2): 0}, "lost": 5}
harmed, healthy = two["missed"]
expect("right", FAULT, [finding("a", 5, consumer=11)], **two, victims={"a": [harmed]}, shares={"a": 5})
assert expect("wrong", FAULT, [finding("a", 5, consumer=12)], **two).is_wrong_name
assert "which missed nothing" in expect("wrong", FAULT, [finding("a", 3, consumer=11), finding("a", 2, consumer=12)], **two).why[0]
assert "laid to the consumers" in expect("wrong", FAULT, [finding("a", 5)], **two, victims={"a": [harmed]}).why[0]
assert "4 are its share" in expect("wrong", FAULT, [finding("a", 5)], **two, shares={"a": 4}).why[0]

# What nobody measured is null: accepted only where that row says why; that the report admits other limits is not enough.
unread = row(10, None, 5, unexplained=None)
expect("wrong", FAULT, [finding("a", 5)], lost=5, consumers=[unread], missed={consumer: 5})
blind = Report({"findings": [finding("a", 5)], "consumers": [unread], "inputs": [], "observer": {"limits": [{"id": "x"}]}}, 1, [], "")
assert judge.judge(FAULT, judge.Answer(blind, 5, {consumer: 5})).word == "wrong"
told = row(10, None, 5, unexplained=None, why="nobody looked")
assert "nobody looked" in expect("right", FAULT, [finding("a", 5)], lost=5, consumers=[told], missed={consumer: 5}).why[0]
expect("wrong", FAULT, [finding("a", 5)], lost=5, consumers=[told, unread | {"cookie": 2}], missed={consumer: 5, Consumer(2): 5})
expect("wrong", FAULT, [finding("a", 5)], lost=6, consumers=[told], missed={consumer: 6})

# A twin may show nothing at warning, and its scenario's own cause not at all.
TWIN = case("twin", never=["a"])
assert expect("right", TWIN, [finding("b", severity="info")]).explained is None
expect("wrong", TWIN, [finding("b", severity="warning")])
expect("wrong", TWIN, [finding("a", severity="info")])

MIXED = case("mixed", ["a", "b"])
expect("right", MIXED, [finding("b", 2), finding("a", 3)], lost=5)
expect("wrong", MIXED, [finding("a", 5)], lost=5)
expect("wrong", MIXED, [finding("b", 2), finding("a", 3), finding("c", 0)], lost=5)
expect("undecided", MIXED, [finding("a", 2), finding("b", 3, undecided_with=["a"])], lost=5)

TOLD = case("fault", "a", at="info")
expect("right", TOLD, [finding("a", 40, "info")])
expect("wrong", TOLD, [finding("c", 40, "warning"), finding("a", 40, "info")])

# The same seed draws the same, another one something else; holes keep apart.
assert Dice(1, "s", "c", 0).wiring() == Dice(1, "s", "c", 0).wiring() != Dice(2, "s", "c", 0).wiring()
assert Load("pitch", 1, 4).ranges([(1, 1), (3, 5)]) == ["1-4", "9-20"] and Load("cme", 1, 4).ranges([(3, 5)]) == ["3-5"]
for seed in range(50):
    holes = Dice(seed, "s", "c", 0).numbers(100, 900, holes=5)
    assert all(100 <= a <= b <= 900 for a, b in holes) and all(x[1] < y[0] - 1 for x, y in zip(holes, holes[1:])), holes

# What a rule was to drop, counted from its own 0; and the poorest stretch of a feed that stood still in its middle.
turns = Turns(Dice(1, "s", "c", 0))
assert (turns.what, turns.doomed(2 * turns.every, 2).ranges) == (f"numgen inc mod {turns.every} {turns.rest}", [
    (1 + 2 * n, 3 + 2 * n) for n in (turns.rest, turns.every + turns.rest)])
with tempfile.NamedTemporaryFile("w") as file:
    times = [*range(0, 100, 10), *range(150, 250, 10)]  # ms
    file.write("".join(f"A {n} 1 {ms * 10**6} sent\n" for n, ms in enumerate(times, 1)))
    file.flush()
    assert [Truth(file.name).fewest(ms) for ms in (20, 100)] == [0, 5]

# What this kernel has not is no fault of the scenario.
for said, is_absent in (("Error: Specified qdisc kind is unknown.", True), ("RTNETLINK answers: Operation not supported", True),
                        ("Error: Underlying driver does not support XDP in native mode.", True), ("Cannot find device", False)):
    assert bool(ABSENT.search(said)) == is_absent, said

# The matrix counts runs by what was expected.
runs = []
for what, findings, lost in ((FAULT, [finding("a", 5)], 5), (FAULT, [finding("b", 5)], 5), (FAULT, halves, 5), (TWIN, [], 0)):
    run = Run(what, 0, 1)
    run.verdict = judged(what, findings, lost=lost)
    run.word, run.why = run.verdict.word, run.verdict.why
    runs.append(run)
runs.append(Run(FAULT, 1, 1))
for evidence in ("recorded", "replay", "capture"):
    runs.append(Run(dataclasses.replace(case("fault", "r"), evidence=evidence), 0, 1))
    runs[-1].verdict, runs[-1].word = judged(case("fault", "r"), [finding("r")]), "right"
made = matrix.Matrix(runs)
head = made.headline()
assert (head["runs"], head["right"], head["wrong_names"], head["undecided"], head["broken"], head["twins_named"]) == (7, 5, 1, 1, 1, 0)
row_r = made.rows["r"].figures()
assert (row_r["n"], row_r["virtual_links"], row_r["recorded"], row_r["replay"]) == (3, 1, 1, 1), row_r
assert matrix.Matrix(runs, ["z"]).rows["z"].figures()["n"] == 0
assert "on virtual links 60.0 % (3 of 5), from recorded evidence or replay 100.0 % (2 of 2)" in made.text(), made.text()
loud = Run(TWIN, 0, 1)
loud.verdict = judged(TWIN, [finding("b")])
loud.word = loud.verdict.word
assert matrix.Matrix([loud]).headline()["twins_named"] == 1
unmet = Run(TWIN, 0, 1)
unmet.verdict = judged(TWIN, [], consumers=[row(10, 8, 0, unexplained=2)], missed={consumer: 0})
unmet.word = unmet.verdict.word
assert (unmet.word, matrix.Matrix([unmet]).headline()["twins_named"]) == ("wrong", 0), unmet.verdict
row_a = made.rows["a"].figures()
assert (row_a["right"], row_a["wrong"], row_a["undecided"], row_a["n"], row_a["named"]) == (1, 1, 1, 3, {"a": 1, "b": 1, "(undecided)": 1})
assert runs[4].record()["broken"] and runs[4].record()["lost"] is None and runs[0].record()["correct"]

# What --matrix writes: three files of the same figures, the JSON as its schema says.
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "docs").mkdir()
    matrix.write(runs, folder, [5])
    page, text = (folder / "docs/accuracy.md").read_text(), (folder / "accuracy.txt").read_text()
    document = json.loads((folder / "accuracy.json").read_text())
assert document["headline"] == made.headline() and document["causes"]["a"] == row_a and len(document["runs"]) == len(runs)
for words in (page, text):
    assert all(line in words for line in made.headline_words()), words
    assert [cell in words for cell in ("replay", "recorded", "b 1, (undecided) 1")] == [True] * 3 or "(undecided) 1, b 1" in words, words
assert "| `a` | 1 | 1 | 1 | 3 | 1 | 0 | 1 | 0 | 0 |" in page, page
assert "s, fault 0, seed 1: wrong: a should be named" in page and "s, fault 1, seed 1: broken: no reason" in page, page
