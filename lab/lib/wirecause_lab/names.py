# SPDX-License-Identifier: Apache-2.0
"""What was named, against what was to be named. Knows ids and readers, nothing of how causes are found."""

RIGHT, WRONG, UNDECIDED, BROKEN, SKIPPED = "right", "wrong", "undecided", "broken", "skipped"


def is_undecided(finding):
    return finding["confidence"] == "undecided"


def causes_of(finding):
    """Of one that is undecided: all that remain."""
    return {finding["cause"], *finding["undecided_with"]}


class Names:
    """The findings that count for a case: at warning or above; where the cause is only told, all."""

    def __init__(self, case, report):
        self.case, self.report = case, report
        self.findings = report.findings(at_least_warning=case.at != "info")
        self.sure = [f for f in self.findings if not is_undecided(f)]
        self.open = set().union(*(causes_of(f) for f in self.findings if is_undecided(f)))

    @property
    def accepted(self):
        wanted = self.case.expected
        return set(wanted) if isinstance(wanted, list) else {wanted} - {None}

    def first(self):
        """Id of the first finding; None: there is none, or it is undecided."""
        found = self.report.findings() if self.case.expected is None else self.findings
        return found[0]["cause"] if found and not is_undecided(found[0]) else None

    def strangers(self):
        """What was named with certainty and was not to be named."""
        return sorted({f["cause"] for f in self.sure if f["severity"] != "info"} - self.accepted)

    def is_loud_on_a_twin(self):
        told = {f["cause"] for f in self.report.findings(at_least_warning=False) if not is_undecided(f)}
        return bool(self.report.findings() or self.case.never & told)

    def word(self):
        if self.case.expected is None:
            return WRONG if self.is_loud_on_a_twin() else RIGHT
        return self._word_of_all() if isinstance(self.case.expected, list) else self._word_of_first()

    def _word_of_all(self):
        sure = {f["cause"] for f in self.sure}
        if sure == self.accepted and not self.open - self.accepted:
            return RIGHT
        return UNDECIDED if sure <= self.accepted <= sure | self.open else WRONG

    def _word_of_first(self):
        first = self.first()
        if first is None:
            return UNDECIDED if self.case.expected in self.open else WRONG
        is_named_instead = self.case.kind == "look_alike" and set(self.strangers()) & self.case.never
        return RIGHT if first == self.case.expected and not is_named_instead else WRONG

    def problems(self):
        if self.word() != RIGHT:
            wanted = ", ".join(sorted(self.accepted)) or "nothing"
            yield f"{wanted} should be named: {self.report.describe()}"
        elif self.strangers():
            yield f"named as well: {', '.join(self.strangers())}: {self.report.describe()}"
