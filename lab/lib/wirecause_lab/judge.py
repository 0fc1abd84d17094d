# SPDX-License-Identifier: Apache-2.0
"""Judges what wirecause answered by what is known to have happened. Knows ids and sums, nothing of how causes are found."""
import dataclasses

from .report import Row

RIGHT, WRONG, UNDECIDED, BROKEN, SKIPPED = "right", "wrong", "undecided", "broken", "skipped"


@dataclasses.dataclass
class Answer:
    """What a case gives back: the report, and the truth beside it."""
    report: object
    lost: int                                     # units, each counted at the one place where it was lost
    missed: dict = dataclasses.field(default_factory=dict)  # consumer: units that it did not read and that do not wait


@dataclasses.dataclass
class Verdict:
    named: object
    undecided: list
    word: str
    lost: int
    explained: object  # share of `lost` that findings attribute; None: nothing was lost
    why: list          # what is wrong, in words
    is_wrong_name: bool = False
    is_loud: bool = False  # something was named at warning or above, or what may not be named at all


def is_undecided(finding):
    return finding["confidence"] == "undecided"


def units_explained(findings):
    """Units that findings claim. Causes that remain beside each other claim the same ones, each folded in its own way (by
    line, by capture): what the one that claims most of them does."""
    total, causes, partners = 0, {}, []  # units of each undecided cause; sets of causes that claim the same
    for finding in findings:
        if not is_undecided(finding):
            total += finding["explained"]
            continue
        causes[finding["cause"]] = causes.get(finding["cause"], 0) + finding["explained"]
        together = {finding["cause"], *finding["undecided_with"]}
        for known in [known for known in partners if known & together]:
            partners.remove(known)
            together |= known
        partners.append(together)
    return total + sum(max(causes.get(cause, 0) for cause in together) for together in partners)


def name_problem(case, report):
    """(word, why) of the names alone."""
    expected = case.expected
    findings = report.findings(at_least_warning=case.at != "info")
    sure = list(dict.fromkeys(f["cause"] for f in findings if not is_undecided(f)))
    open_ids = {i for f in findings if is_undecided(f) for i in (f["cause"], *f["undecided_with"])}
    if expected is None:
        told = {f["cause"] for f in report.findings(at_least_warning=False) if not is_undecided(f)}
        quiet = not report.findings() and not case.never & told
        return (RIGHT, "") if quiet else (WRONG, f"nothing should be named: {report.describe()}")
    if isinstance(expected, list):
        if set(sure) == set(expected) and not open_ids - set(expected):
            return RIGHT, ""
        is_open = set(sure) <= set(expected) and set(expected) <= set(sure) | open_ids
        return (UNDECIDED if is_open else WRONG), f"{', '.join(expected)} should be named: {report.describe()}"
    if findings and not is_undecided(findings[0]):
        named = findings[0]["cause"]
        return (RIGHT, "") if named == expected else (WRONG, f"{expected} should be first: {report.describe()}")
    return (UNDECIDED if expected in open_ids else WRONG), f"{expected} should be named: {report.describe()}"


def unmeasured(answer):
    """Consumers whose sum cannot be made, in words."""
    for consumer in answer.missed:
        rows = [fields for fields in answer.report.document.get("consumers") or () if fields["cookie"] == consumer.who["cookie"]]
        if rows and rows[0]["read"] is None:
            yield f"not measured what {consumer.name} [{consumer.pid}] read: {rows[0]['read_unknown'] or 'no reason is given'}"


def sum_problems(answer):
    for consumer, missed in answer.missed.items():
        try:
            row = answer.report.consumer(consumer)
            if row["read"] is not None or not row["read_unknown"]:  # what the row itself says to be unmeasured may be null
                row.check_sum()
        except AssertionError as error:
            yield str(error)
            continue
        attributed = row["lost_before"] + row.units_dropped()
        if attributed != missed:
            yield f"{attributed} units attributed of the {missed} that {consumer.name} [{consumer.pid}] missed"
    for fields in answer.report.document.get("consumers") or ():
        unexplained = Row(fields)["unexplained"]
        if unexplained is not None and unexplained < 0:
            yield f"more attributed than expected: {fields}"


def judge(case, answer):
    report, expected = answer.report, case.expected
    word, why = name_problem(case, report)
    problems = [why] if why else []
    claimed = units_explained(report.findings())
    sums = list(sum_problems(answer))
    if claimed > answer.lost and expected is not None:
        sums.append(f"attributed twice: findings claim {claimed} of {answer.lost} units lost")
    if sums and word == RIGHT:
        word = WRONG
    findings = report.findings(at_least_warning=case.at != "info" or expected is None)
    first = findings[0] if findings else None
    named = first["cause"] if first and not is_undecided(first) else None
    open_ids = sorted({i for f in findings if is_undecided(f) for i in (f["cause"], *f["undecided_with"])})
    accepted = expected if isinstance(expected, list) else [expected]
    share = min(claimed / answer.lost, 1.0) if answer.lost else None
    why = problems + sums + list(unmeasured(answer))
    is_loud = name_problem(case, report)[0] == WRONG if expected is None else bool(findings)
    return Verdict(named, open_ids, word, answer.lost, share, why, named is not None and named not in accepted, is_loud)
