# SPDX-License-Identifier: Apache-2.0
"""The report of a run, and what must hold of it whatever the fault was."""
from .outcome import check, check_equal

LOUD = ("critical", "warning")


class Row:
    """One of consumers[]."""

    def __init__(self, fields):
        self.fields = fields

    def __getitem__(self, key):
        return self.fields[key]

    def dropped(self):
        """{place: units}"""
        return dict(self.fields["dropped"])

    def datagrams_dropped(self):
        return sum(at["datagrams"] for at in self.fields["dropped_at"])

    def units_dropped(self, reason=""):
        return sum(units for place, units in self.dropped().items() if reason in place)

    def check_sum(self):
        """DESIGN D2: expected = read + queued + dropped + lost before this host, and nothing unexplained."""
        known = {key: self.fields[key] for key in ("read", "queued", "unexplained")}
        check(None not in known.values(), f"the sum of the consumer cannot be made: {known}")
        total = self["read"] + self["queued"] + self.units_dropped() + self["lost_before"]
        check_equal(total + self["unexplained"], self["expected"], f"the sum of {self.fields}")
        check_equal(self["unexplained"], 0, f"unexplained of {self.fields}")


class Report:
    def __init__(self, document, code, events, complaints):
        self.document = document
        self.code = code
        self.events = events
        self.complaints = complaints

    def findings(self, at_least_warning=True):
        return [f for f in self.document["findings"] if not at_least_warning or f["severity"] in LOUD]

    def names(self):
        """Ids of the findings at warning or above, the most important first."""
        return [f["cause"] for f in self.findings()]

    def describe(self):
        """For the message of a failure."""
        return "; ".join(f"{f['severity']} {f['cause']} ({f['explained']} units, {f['confidence']}): {f['because']}"
                         for f in self.document["findings"]) or "no finding"

    def blindness(self):
        """What it says that it did not see."""
        limits = self.document.get("observer", {}).get("limits", [])
        return "; ".join(limit["text"] for limit in limits) or "no reason is given"

    def check_named(self, cause, never=()):
        """The cause comes first among what is loud, and the look-alikes are not named; returns its finding."""
        names = self.names()
        check(bool(names), f"{cause} should be named; found: {self.describe()}")
        check_equal(names[0], cause, f"first finding ({self.describe()})")
        for other in never:
            check(other not in names, f"the look-alike {other} was named too: {self.describe()}")
        finding = self.findings()[0]
        check(finding["confidence"] != "undecided", f"undecided with {finding['undecided_with']}: {self.describe()}")
        check_equal(self.code, 1, "exit code of a run with a finding")
        return finding

    def check_silent(self):
        """A healthy run: nothing at warning or above."""
        check_equal(self.names(), [], f"findings of a healthy run ({self.describe()})")
        check_equal(self.code, 0, f"exit code of a healthy run; stderr: {self.complaints}")

    def row(self, consumer):
        """The row of a test consumer, by the cookie of its socket."""
        rows = [row for row in self.document["consumers"] if row["cookie"] == consumer.who["cookie"]]
        check_equal(len(rows), 1, f"rows of cookie {consumer.who['cookie']} in {self.document['consumers']}")
        return Row(rows[0])

    def consumer(self, consumer):
        """The same, with its owner, which must be known."""
        row = self.row(consumer)
        check_equal((row["pid"], row["fd"]), (consumer.pid, consumer.who["fd"]), "pid and fd of the consumer")
        return row

    def check_consumer(self, consumer, truth, line="A", waiting=0):
        """The consumer's sum against its own journal, its socket's counter and the publisher's truth, by number."""
        row = self.consumer(consumer)
        row.check_sum()
        journal = consumer.journal()
        missed = truth.published(line) - consumer.read()
        check_equal(row["expected"], len(truth.published(line)), "units expected")
        check_equal(row["read"], journal["units"], "units read")
        check_equal(row["queued"], waiting, "units queued")
        check_equal(row["lost_before"] + row.units_dropped() + waiting, len(missed), f"units not read ({missed})")
        check_equal(row["socket_drops"], journal["drops"], "growth of the socket's own counter")
        return row
