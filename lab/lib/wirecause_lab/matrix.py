# SPDX-License-Identifier: Apache-2.0
"""The confusion matrix: what was named where what was to be named. As text, as JSON, and as the page docs/accuracy.md."""
import collections
import json
import platform

from . import judge, table

NOTHING, UNDECIDED = "(nothing)", "(undecided)"
JUDGED = (judge.RIGHT, judge.WRONG, judge.UNDECIDED)
CELLS = ("right", "wrong", "undecided", "n", "broken", "skipped", "virtual_links", "recorded", "replay")
# Where what was judged came from: made on virtual links of this machine, recorded elsewhere, or packets built and read again.
SOURCES = {"live": "virtual_links", "capture": "virtual_links", "recorded": "recorded", "replay": "replay"}


def expected_of(run):
    wanted = run.case.expected
    return " + ".join(wanted) if isinstance(wanted, list) else wanted or NOTHING


def named_of(run):
    if run.word == judge.UNDECIDED:
        return UNDECIDED
    if isinstance(run.case.expected, list) and run.word == judge.RIGHT:
        return expected_of(run)
    return (run.verdict.named if run.verdict else None) or NOTHING


class Row:
    """Of one expected id: right, wrong, undecided and n, what was not judged, how many were right by which source, and what was
    named."""

    def __init__(self):
        self.words, self.sources, self.named = collections.Counter(), collections.Counter(), collections.Counter()

    def add(self, run):
        self.words[run.word] += 1
        if run.word == judge.RIGHT:
            self.sources[SOURCES[run.case.evidence]] += 1
        if run.word in JUDGED:
            self.named[named_of(run)] += 1

    def figures(self):
        words = (judge.RIGHT, judge.WRONG, judge.UNDECIDED)
        return {**{word: self.words[word] for word in words}, "n": sum(self.words[word] for word in words),
                judge.BROKEN: self.words[judge.BROKEN], judge.SKIPPED: self.words[judge.SKIPPED],
                **{source: self.sources[source] for source in dict.fromkeys(SOURCES.values())},
                "named": dict(sorted(self.named.items()))}


def share(part, whole):
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "no data"


def rights(runs):
    return sum(run.word == judge.RIGHT for run in runs)


class Matrix:
    def __init__(self, runs, left_out=()):
        """`left_out`: ids whose cases were not run."""
        self.judged = [run for run in runs if run.word in JUDGED]
        self.not_judged = [run for run in runs if run not in self.judged]
        self.draws = 1 + max((run.draw for run in runs), default=0)
        self.rows = collections.defaultdict(Row, {name: Row() for name in left_out})
        for run in runs:
            self.rows[expected_of(run)].add(run)

    def headline(self):
        n = len(self.judged)
        shares = [run.verdict.explained for run in self.judged if run.verdict and run.verdict.explained is not None]
        return {"runs": n, "right": rights(self.judged),
                "wrong_names": sum(bool(run.verdict and run.verdict.is_wrong_name) for run in self.judged),
                "undecided": sum(run.word == judge.UNDECIDED for run in self.judged),
                "twins": sum(run.case.kind == "twin" for run in self.judged),
                "twins_named": sum(run.case.kind == "twin" and bool(run.verdict) and run.verdict.is_loud for run in self.judged),
                "fully_explained": sum(one == 1.0 for one in shares), "with_loss": len(shares),
                "sums_not_measured": sum(any("not measured" in why for why in run.why) for run in self.judged),
                "broken": sum(run.word == judge.BROKEN for run in self.not_judged),
                "skipped": sum(run.word == judge.SKIPPED for run in self.not_judged)}

    def headline_words(self):
        h = self.headline()
        made = [run for run in self.judged if SOURCES[run.case.evidence] == "virtual_links"]
        others = [run for run in self.judged if run not in made]
        return [f"right: {share(h['right'], h['runs'])}: on virtual links {share(rights(made), len(made))}, from recorded evidence or "
                f"replay {share(rights(others), len(others))}", f"wrong names: {share(h['wrong_names'], h['runs'])}",
                f"undecided: {share(h['undecided'], h['runs'])}",
                f"something named on a healthy twin: {share(h['twins_named'], h['twins'])}",
                f"every lost unit attributed, none twice: {share(h['fully_explained'], h['with_loss'])} of the runs that lost something",
                f"sums that could not be made, as the report says itself: {share(h['sums_not_measured'], h['runs'])}",
                f"not judged: {h['broken']} broken (the fault did not happen), {h['skipped']} skipped"]

    def table(self):
        """Rows of cells, the first of them the head."""
        yield ("to be named", *(name.replace("_", " ") for name in CELLS), "named instead")
        for expected, row in sorted(self.rows.items()):
            f = row.figures()
            others = ", ".join(f"{name} {n}" for name, n in f["named"].items() if name != expected)
            yield (expected, *(str(f[key]) for key in CELLS), others or "-")

    def text(self):
        cells = list(self.table())
        widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
        return "\n".join([*self.headline_words(), "", *lines]) + "\n"

    def not_right(self):
        """One line a run that was not right, or named more than it should."""
        for run in [*self.judged, *self.not_judged]:
            if run.word != judge.RIGHT or run.verdict.is_wrong_name:
                why = (run.why or ["no reason"])[-1 if run.word == judge.BROKEN else 0].strip().splitlines()[-1]
                yield f"{run.case.scenario}, {run.case.kind} {run.variation}, seed {run.seed}: {run.word}: {why}"

    def markdown(self, seeds):
        head, *rows = list(self.table())
        draws = f"{self.draws} draw{'s' * (self.draws > 1)} of each case a seed"
        kernel = ".".join(platform.release().split(".")[:2])
        lines = ["# Accuracy", "", "What `wirecause lab` named where the lab had made a known fault, or none. Made by `wirecause lab --all "
                 f"--matrix`, {table.seeds_text(seeds)}, {draws}, on Linux {kernel}; the scenarios are in "
                 "[lab/scenarios](../lab/scenarios), how they are judged in [lab.md](lab.md). *Virtual links*, *recorded* and *replay*: "
                 "how many of the right ones were proved by what.", "", *(f"- {word}" for word in self.headline_words()), "",
                 "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        lines += ["| " + " | ".join(f"`{c}`" if i == 0 else c for i, c in enumerate(row)) + " |" for row in rows]
        listed = [f"- {line}" for line in self.not_right()]
        return "\n".join([*lines, *(["", "## Not right, or not judged", *listed] if listed else [])]) + "\n"

    def document(self, seeds):
        return {"schema": "wirecause.lab/1", "seeds": seeds, "headline": self.headline(),
                "causes": {name: row.figures() for name, row in sorted(self.rows.items())}}


def write(runs, folder, seeds, left_out=()):
    made = Matrix(runs, left_out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accuracy.txt").write_text(made.text(), encoding="utf-8")
    whole = made.document(seeds) | {"runs": [run.record() for run in runs]}
    (folder / "accuracy.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    page = folder / "docs/accuracy.md" if (folder / "docs").is_dir() else folder / "accuracy.md"
    page.write_text(made.markdown(seeds), encoding="utf-8")
