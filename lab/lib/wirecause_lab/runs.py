# SPDX-License-Identifier: Apache-2.0
"""One run of one case: its laboratory, its verdict, and what is written down of it."""
import contextlib
import os
import pathlib
import shutil
import time
import traceback

from . import judge, keeping, machine
from .draw import Dice
from .lab import Lab
from .outcome import Broken, Skipped
from .watch import TruthOnly


class Run:
    """A row of the table; record() is its row of runs[]."""

    def __init__(self, case, variation, seed, draw=0):
        self.case, self.variation, self.seed, self.draw = case, variation, seed, draw
        self.verdict = None
        self.word = judge.BROKEN
        self.why = []
        self.lab = None
        self.duration_ns = 0
        self.said = ""  # the text report, where it was asked for

    def record(self):
        v = self.verdict
        return {"scenario": self.case.scenario, "kind": self.case.kind, "variation": self.variation, "seed": self.seed,
                "expected": self.case.expected, "named": v.named if v else None, "undecided": v.undecided if v else [],
                "verdict": self.word, "correct": self.word == judge.RIGHT, "lost": v.lost if v else None,
                "explained": min(v.explained, 1.0) if v and v.explained is not None else None, "broken": self.word == judge.BROKEN,
                "duration_ns": self.duration_ns}


def laboratory(run, keep):
    case = run.case
    dice = Dice(run.seed, case.scenario, case.name, run.draw)
    folder = None
    if keep is not None:
        folder = pathlib.Path(keep) / f"{case.scenario}-{case.kind}-{run.variation}-{run.seed}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    lab = Lab(case.scenario[:24], wiring=dice.wiring(), load=dice.load(**case.load), folder=folder)
    lab.dice = dice
    return lab


def judged(case, answer):
    """The verdict. A report that has not what it must have is wirecause's fault, not the scenario's."""
    if not isinstance(answer, judge.Answer):
        raise Broken(f"{case.scenario}: {case.name} returned no answer: return lab.answer(...)")
    try:
        return judge.judge(case, answer)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise AssertionError(f"the report cannot be judged: {traceback.format_exc()}") from None


def make(run, keep, shows):
    """The fault, its truth and the verdict."""
    case = run.case
    missing = [tool for tool in case.tools if shutil.which(tool) is None]
    if missing:
        raise Skipped(f"{', '.join(missing)} is not installed")
    with contextlib.ExitStack() as stack:
        if case.knobs:
            stack.enter_context(machine.Guard(case.knobs))
        lab = laboratory(run, keep)
        lab.shows = shows
        stack.callback(lab.close)
        run.lab = lab
        answer = case.run(lab)
        run.said = lab.said()
        run.verdict = judged(case, answer)
        run.word, run.why = run.verdict.word, run.verdict.why


def run_case(case, variation, seed, draw=0, keep=None, shows=False):
    run = Run(case, variation, seed, draw)
    began = time.monotonic_ns()
    try:
        make(run, keep, shows)
    except TruthOnly:
        run.word, run.why = judge.SKIPPED, ["the fault happened; wirecause was not asked"]
    except Skipped as reason:
        run.word, run.why = judge.SKIPPED, [str(reason)]
    except AssertionError as error:
        run.word, run.why = judge.WRONG, [str(error)]
    except Exception as error:  # whatever one run does, the others are made
        said = f"the fault did not happen as it should: {error}" if isinstance(error, Broken) else traceback.format_exc()
        run.why = [*run.why, said] if run.verdict is None else [*run.why, f"when all was removed: {said}"]
    run.duration_ns = time.monotonic_ns() - began
    if keep is not None and run.lab is not None:
        run.why += [*run.lab.kept, f"kept in {os.path.abspath(run.lab.folder)}"]
        keeping.write_run(run.lab.folder, run, run.lab)
    return run
