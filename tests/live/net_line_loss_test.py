# SPDX-License-Identifier: Apache-2.0
"""One line lost what the other brought, before it reached this host."""
from live_support import check, check_equal, happened, main


def line_a_lost_two_stretches(lab):
    """Twenty and five numbers are missing on line A alone: net_line_loss, before this host, all recovered by line B."""
    lab.two_lines()
    a, b = lab.consumer("A"), lab.consumer("B")
    watch = lab.watch("feed0", "feed1")
    publisher = lab.publisher("A", "B")
    publisher.send(packets=6000, rate=5000, skip=["A:2001-2020", "A:4001-4005"])
    for consumer in (a, b):
        happened(consumer.wait_drained()["drops"] == 0, "no socket dropped")
    truth = publisher.truth()
    happened(truth.published() - a.read() == truth.skipped("A") and len(truth.skipped("A")) == 25, "A misses what was skipped")
    happened(len(truth.sent("B") - b.read()) == 0, "B read everything")
    report = watch.end()
    finding = report.check_named("net_line_loss", never=("net_common_loss", "socket_rcvbuf_burst", "capture_dropped"))
    check_equal((finding["explained"], finding["recovered"], finding["lost"]), (25, 25, 0), "explained, recovered, lost")
    check_equal((finding["severity"], finding["place"]), ("warning", "BEFORE THIS HOST"), "severity, place")
    check("line A" in finding["subject"], f"the line is said: {finding['subject']}")
    check_equal(report.check_consumer(a, truth, "A")["lost_before"], 25, "lost before the consumer of A")
    check_equal(report.check_consumer(b, truth, "B")["lost_before"], 0, "lost before the consumer of B")


main(line_a_lost_two_stretches)
