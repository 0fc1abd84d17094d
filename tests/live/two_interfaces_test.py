# SPDX-License-Identifier: Apache-2.0
"""Lines A and B on two interfaces at once, with a fault of its own on each."""
from live_support import check, check_equal, happened, main


def one_process_short_on_a_network_loss_on_b(lab):
    """The reader of A has a small buffer, line B loses numbers on the way: two findings, nothing is counted twice."""
    lab.two_lines()
    a, b = lab.consumer("A", rcvbuf=65_536, service_us=20), lab.consumer("B")
    watch = lab.watch("feed0", "feed1")
    publisher = lab.publisher("A", "B")
    publisher.send(packets=2000, rate=4000)
    publisher.send(packets=2000, rate=4000, skip=["B:3001-3040"])
    publisher.burst(900)
    publisher.pause(ms=300)
    publisher.send(packets=2000, rate=4000)
    for consumer in (a, b):
        consumer.wait_drained()
    truth = publisher.truth()
    missed = truth.sent("A") - a.read()
    happened(len(missed) >= 100 and a.drops() == len(missed), f"A's socket should have overflowed; missed {missed}")
    happened(truth.published("B") - b.read() == truth.skipped("B"), "B misses what was skipped")
    report = watch.end()
    names = report.names()
    check_equal(sorted(set(names)), ["net_line_loss", "socket_rcvbuf_burst"], f"findings ({report.describe()})")
    check_equal(len(names), 2, f"one finding each ({report.describe()})")
    points = {line["point"] for feed in report.document["feeds"] for line in feed["lines"]}
    check_equal(points, {"feed0", "feed1"}, "interfaces on which the lines were seen")
    feeds = report.document["feeds"]
    check(len(feeds) == 1 and len(feeds[0]["lines"]) == 2, "the lines are one feed")
    row = report.check_consumer(a, truth, "A")
    check_equal((row["lost_before"], row.units_dropped()), (0, len(missed)), "the consumer of A")
    row = report.check_consumer(b, truth, "B")
    check_equal((row["lost_before"], row.units_dropped()), (40, 0), "the consumer of B")


main(one_process_short_on_a_network_loss_on_b)
