# SPDX-License-Identifier: Apache-2.0
"""Judges what wirecause answered by what is known to have happened: names (names.py), sums (sums.py), and whether it saw it."""
import dataclasses

from . import sums
from .names import BROKEN, RIGHT, SKIPPED, UNDECIDED, WRONG, Names  # noqa: F401: the words of a verdict

CLEAN, NOT_ALL_SEEN = 0, 3  # exit codes of wirecause


@dataclasses.dataclass(frozen=True)
class Seen:
    """Of one reader, by the publisher's list and its own journal, in units."""
    published: int
    read: int
    at_the_ends: int = 0  # of those that it missed: before the first one and behind the last one that it read


@dataclasses.dataclass
class Answer:
    """What a case gives back: the report, and the truth beside it."""
    report: object
    lost: int                                     # units, each counted at the one place where it was lost
    missed: dict = dataclasses.field(default_factory=dict)  # consumer: units that it did not read and that do not wait
    seen: dict = dataclasses.field(default_factory=dict)  # consumer: Seen
    shares: dict = dataclasses.field(default_factory=dict)  # cause: units that are its, where the journals tell them apart
    victims: dict = dataclasses.field(default_factory=dict)  # cause: the consumers that bear it, and no others
    frames: object = None  # that the lab counted in the files it gave to analyze; None: it gave none


@dataclasses.dataclass
class Verdict:
    named: object
    undecided: list
    word: str
    lost: int
    explained: object  # share of `lost` that findings attribute, above 1: twice; None: nothing was lost
    why: list          # what is wrong, in words
    is_wrong_name: bool = False
    is_loud: bool = False  # something was named at warning or above, or what may not be named at all


def sight_problems(case, answer):
    """A report that is silent because nothing was seen proves nothing."""
    report = answer.report
    if case.expected is None and not case.is_blind and report.code == NOT_ALL_SEEN:
        yield f"it did not see all, as it says itself (exit {report.code}): {report.blindness()}"
    if case.is_blind and report.code != NOT_ALL_SEEN:
        yield f"it does not say that it did not see all (exit {report.code})"
    if answer.frames is not None:
        read = sum(one["packets"] for one in report.document["inputs"])
        if read != answer.frames:
            yield f"{read} packets were read of the {answer.frames} in the files"


def judge(case, answer):
    names, is_twin = Names(case, answer.report), case.expected is None
    word = names.word()
    wrong = [*sums.problems(answer, is_twin), *sight_problems(case, answer)]
    if wrong:
        word = WRONG
    claimed = sums.units_explained(answer.report.findings())
    is_loud = names.is_loud_on_a_twin() if is_twin else bool(names.findings)
    return Verdict(named=names.first(), undecided=sorted(names.open), word=word, lost=answer.lost,
                   explained=claimed / answer.lost if answer.lost else None,
                   why=[*names.problems(), *wrong, *sums.unmeasured(answer)],
                   is_wrong_name=bool(names.strangers()) or any(sums.victim_problems(answer)), is_loud=is_loud)
