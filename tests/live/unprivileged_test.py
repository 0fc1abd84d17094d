# SPDX-License-Identifier: Apache-2.0
"""With fewer rights it runs with less, says what is missing and how to get it, and claims no more than it saw."""
from live_support import check, check_equal, happened, main

NOBODY = "65534"


def as_nobody(*capabilities):
    """A prefix that runs a command as nobody with these capabilities alone."""
    given = "".join(f",+{name}" for name in capabilities)
    return ("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--inh-caps", "-all" + given, "--ambient-caps",
            "-all" + given, "--bounding-set", "-all" + given, "--no-new-privs")


def without_any_right(lab):
    """As nobody: no packet can be taken, which is an error that names the capability, not an empty healthy report."""
    lab.pair()
    done = lab.run_watch("feed0", "--json", "--duration", "1s", prefix=as_nobody())
    check_equal((done.returncode, done.stdout), (2, ""), f"exit code and stdout; stderr: {done.stderr}")
    check("CAP_NET_RAW" in done.stderr or "root" in done.stderr, f"how to get it: {done.stderr}")


def burst(lab, *capabilities):
    """A burst over a small buffer, watched with these capabilities."""
    lab.pair()
    consumer = lab.consumer(rcvbuf=65_536, service_us=20)
    watch = lab.watch("feed0", prefix=as_nobody(*capabilities))
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    publisher.burst(1000)
    publisher.pause(ms=300)
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 100, f"the burst should have overflowed the buffer; missed {missed}")
    return watch.end(), consumer, len(missed)


def check_less_is_said(report, missing):
    unobserved = report.document["live"]["unobserved"]
    told = " ".join(f"{gap['what']} {gap['reason']} {gap['remedy']}" for gap in unobserved)
    for word in missing:
        check(word in told, f"{word} should be said to be missing: {told}")
    check(all(gap["reason"] and gap["remedy"] for gap in unobserved), f"a reason and a remedy each: {unobserved}")


def with_packets_alone(lab):
    """CAP_NET_RAW alone: packets and counters, no drops one by one; nothing is claimed by number."""
    report, consumer, missed = burst(lab, "net_raw")
    check_less_is_said(report, ("CAP_BPF",))
    check(report.code in (1, 3), f"exit code {report.code}: green must not mean blind")
    for finding in report.findings():
        check(finding["confidence"] != "by number", f"drops were not seen one by one: {report.describe()}")
        check(finding["explained"] <= missed, f"more claimed than {missed} units: {report.describe()}")
    row = report.row(consumer)
    check(row["read"] is None or row["read"] == consumer.journal()["units"], f"read is measured or null: {row['read']}")


def with_drops_and_packets(lab):
    """CAP_NET_RAW, CAP_BPF and CAP_PERFMON, no root: drops one by one; owners of other users' sockets stay unknown."""
    report, consumer, missed = burst(lab, "net_raw", "bpf", "perfmon")
    row = report.row(consumer)
    check_equal((row.units_dropped(), row["socket_drops"]), (missed, missed), "units dropped, drops of the socket")
    check(row["pid"] in (None, consumer.pid), f"a pid that is not the consumer's: {row['pid']}")
    check("socket_rcvbuf_burst" in report.names() or report.code == 3, f"findings: {report.describe()}")


main(without_any_right, with_packets_alone, with_drops_and_packets, tools=("setpriv",))
