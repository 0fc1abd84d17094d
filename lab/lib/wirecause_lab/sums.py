# SPDX-License-Identifier: Apache-2.0
"""Whose loss was laid to what, against the journals: the rows of consumers, the shares of causes, the readers that bear them."""
from .names import is_undecided
from .report import Row


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


def row_of(answer, consumer):
    """Its fields, or None."""
    rows = [fields for fields in answer.report.document.get("consumers") or () if fields["cookie"] == consumer.who["cookie"]]
    return rows[0] if rows else None


def unmeasured(answer):
    """Consumers whose sum cannot be made, in words."""
    for consumer in answer.missed:
        fields = row_of(answer, consumer)
        if fields and fields["read"] is None:
            yield f"not measured what {consumer.name} [{consumer.pid}] read: {fields['read_unknown'] or 'no reason is given'}"


def journal_problems(answer, consumer, row):
    """The row against what the publisher sent and the reader read. Numbers that nobody saw at either end of the feed are
    not known to have existed."""
    seen = answer.seen.get(consumer)
    if seen is None:
        return
    if not seen.published - seen.at_the_ends <= row["expected"] <= seen.published:
        yield f"{row['expected']} units expected of {consumer.name} [{consumer.pid}]; {seen.published} were published"
    if row["read"] is not None and row["read"] != seen.read:
        yield f"{row['read']} units read by {consumer.name} [{consumer.pid}]; by its own journal {seen.read}"


def row_problems(answer):
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
        yield from journal_problems(answer, consumer, row)
    for fields in answer.report.document.get("consumers") or ():
        unexplained = Row(fields)["unexplained"]
        if unexplained is not None and unexplained < 0:
            yield f"more attributed than expected: {fields}"


def share_problems(answer):
    for cause, units in answer.shares.items():
        claimed = sum(f["explained"] for f in answer.report.findings(at_least_warning=False) if f["cause"] == cause)
        if claimed != units:
            yield f"{cause} claims {claimed} units, {units} are its share"


def bearers(answer, cause):
    """The consumers that findings lay this cause to, by number."""
    return {f["consumer"] for f in answer.report.findings() if f["cause"] == cause and f.get("consumer") is not None}


def victim_problems(answer):
    """Of the cases that say who bears what; and in any: a reader that missed nothing bears nothing."""
    numbers = {consumer: (row_of(answer, consumer) or {}).get("consumer") for consumer in answer.missed}
    for cause, consumers in answer.victims.items():
        wanted, found = {numbers.get(consumer) for consumer in consumers}, bearers(answer, cause)
        if wanted != found:
            yield f"{cause} is laid to the consumers {sorted(found)}, not to {sorted(map(str, wanted))}"
    for consumer, missed in answer.missed.items():
        blamed = [f["cause"] for f in answer.report.findings() if f.get("consumer") is not None and f["consumer"] == numbers[consumer]]
        if missed == 0 and blamed:
            yield f"{', '.join(blamed)} is laid to {consumer.name} [{consumer.pid}], which missed nothing"


def problems(answer, is_twin):
    yield from row_problems(answer)
    yield from share_problems(answer)
    yield from victim_problems(answer)
    claimed = units_explained(answer.report.findings())
    if claimed > answer.lost and not is_twin:
        yield f"attributed twice: findings claim {claimed} of {answer.lost} units lost"
