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

    def __init__(self, case, variation, seed):
        self.case, self.variation, self.seed = case, variation, seed
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
                "correct": self.word == judge.RIGHT, "lost": v.lost if v else None,
                "explained": v.explained if v else None, "broken": self.word == judge.BROKEN,
                "duration_ns": self.duration_ns}


def laboratory(case, variation, seed, keep):
    dice = Dice(seed, case.scenario, case.name, variation)
    folder = None
    if keep is not None:
        folder = pathlib.Path(keep) / f"{case.scenario}-{case.kind}-{variation}-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    lab = Lab(case.scenario[:24], wiring=dice.wiring(), load=dice.load(**case.load), folder=folder)
    lab.dice = dice
    return lab


def make(run, keep, shows):
    """The fault, its truth and the verdict."""
    case = run.case
    missing = [tool for tool in case.tools if shutil.which(tool) is None]
    if missing:
        raise Skipped(f"{', '.join(missing)} is not installed")
    with contextlib.ExitStack() as stack:
        if case.knobs:
            stack.enter_context(machine.Guard(case.knobs))
        lab = laboratory(case, run.variation, run.seed, keep)
        lab.shows = shows
        stack.callback(lab.close)
        run.lab = lab
        answer = case.run(lab)
        run.said = lab.said()
        if not isinstance(answer, judge.Answer):
            raise Broken(f"{case.scenario}: {case.name} returned no answer: return lab.answer(...)")
        run.verdict = judge.judge(case, answer)
    run.word, run.why = run.verdict.word, run.verdict.why


def run_case(case, variation, seed, keep=None, shows=False):
    run = Run(case, variation, seed)
    began = time.monotonic_ns()
    try:
        make(run, keep, shows)
    except TruthOnly:
        run.word, run.why = judge.SKIPPED, ["the fault happened; wirecause was not asked"]
    except Skipped as reason:
        run.word, run.why = judge.SKIPPED, [str(reason)]
    except Broken as error:
        run.why = [f"the fault did not happen as it should: {error}"]
    except AssertionError as error:
        run.word, run.why = judge.WRONG, [str(error)]
    except (OSError, RuntimeError, LookupError, TypeError, ValueError):
        run.why = [traceback.format_exc()]
    run.duration_ns = time.monotonic_ns() - began
    if keep is not None and run.lab is not None:
        run.why += [*run.lab.kept, f"kept in {os.path.abspath(run.lab.folder)}"]
        keeping.write_run(run.lab.folder, run, run.lab)
    return run
