# SPDX-License-Identifier: Apache-2.0
"""Both lines lost the same numbers before they reached this host: nobody brings them."""
from live_support import check_equal, happened, main


def the_same_numbers_on_both_lines(lab):
    """Thirty numbers are missing on A and on B: net_common_loss, lost for good."""
    lab.two_lines()
    a, b = lab.consumer("A"), lab.consumer("B")
    watch = lab.watch("feed0", "feed1")
    publisher = lab.publisher("A", "B")
    publisher.send(packets=6000, rate=5000, skip=["AB:3001-3030"])
    for consumer in (a, b):
        happened(consumer.wait_drained()["drops"] == 0, "no socket dropped")
    truth = publisher.truth()
    for line, consumer in (("A", a), ("B", b)):
        happened(truth.published(line) - consumer.read() == truth.skipped(line), f"{line} misses what was skipped")
    report = watch.end()
    finding = report.check_named("net_common_loss", never=("net_line_loss", "publisher_restart", "socket_rcvbuf_burst"))
    check_equal((finding["explained"], finding["lost"], finding["severity"]), (30, 30, "critical"), "explained, lost, severity")
    for line, consumer in (("A", a), ("B", b)):
        check_equal(report.check_consumer(consumer, truth, line)["lost_before"], 30, f"lost before the consumer of {line}")


main(the_same_numbers_on_both_lines)
