# SPDX-License-Identifier: Apache-2.0
"""A host on which nothing is wrong: every sum meets, and no cause is named."""
from live_support import Lab, check_equal, happened, main


def healthy(lab: Lab, framing):
    lab.two_lines()
    a, b = lab.consumer("A", framing), lab.consumer("B", framing)
    watch = lab.watch("feed0", "feed1")
    publisher = lab.publisher("A", "B", framing=framing)
    publisher.send(packets=6000, rate=5000, count=2)
    publisher.do("heartbeat times=5 every_ms=20")
    for consumer in (a, b):
        journal = consumer.wait_drained()
        happened(journal["drops"] == 0 and len(publisher.truth().sent() - consumer.read()) == 0, "the host lost something")
    report = watch.end()
    report.check_silent()
    for line, consumer in (("A", a), ("B", b)):
        row = report.check_consumer(consumer, publisher.truth(), line)
        check_equal((row["line"], row["lost_before"], row.dropped()), (line, 0, {}), "the consumer's row")


def numbers_per_message(lab):
    """Two healthy lines of MoldUDP64, each with its consumer: everything is read, nothing is named."""
    healthy(lab, "mold")


def numbers_per_unit(lab):
    """The same of Cboe PITCH."""
    healthy(lab, "pitch")


def numbers_per_packet(lab):
    """The same of CME MDP 3.0, whose numbers count packets."""
    healthy(lab, "cme")


def numbers_and_bytes(lab):
    """The same of IEX-TP, whose packets bear the number and the place in the stream of bytes."""
    healthy(lab, "iex")


def numbers_per_block(lab):
    """The same of the CTA's blocks, whose heartbeats bear the last number."""
    healthy(lab, "cta")


main(numbers_per_message, numbers_per_unit, numbers_per_packet, numbers_and_bytes, numbers_per_block)
