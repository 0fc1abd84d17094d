# SPDX-License-Identifier: Apache-2.0
"""A fault that several tests make: bursts over a reader's small buffer."""
from wirecause_lab import check, check_equal, happened

SMALL_BUFFER = 65_536  # doubled by the kernel: room for about 160 small datagrams


def overflow_is_named(lab, consumer, publisher, watch):
    """Bursts over a small buffer: named, by number, with the way to a larger buffer, and the sum meets."""
    publisher.send(packets=2000, rate=4000)
    for _ in range(3):
        publisher.burst(800)
        publisher.pause(ms=300)
        publisher.send(packets=1000, rate=4000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 300, f"the bursts should have overflowed the buffer; missed {missed}")
    happened(journal["drops"] == len(missed), "the socket dropped what was not read")
    report = watch.end()
    finding = report.check_named("socket_rcvbuf_burst", never=("app_slow_consumer", "app_stalled", "net_line_loss"))
    check_equal(finding["explained"], len(missed), "units explained")
    check_equal((finding["confidence"], finding["place"]), ("by number", "ON THIS HOST"), "confidence, place")
    check(any("rmem" in a["command"] or "SO_RCVBUF" in a["command"] for a in finding["actions"]), "the fix raises the buffer")
    row = report.check_consumer(consumer, publisher.truth())
    check_equal(row.units_dropped("SOCKET_RCVBUFF"), len(missed), "units dropped at the socket")
    check("kernel_no_membership" not in report.names(), f"it has joined: {report.describe()}")
