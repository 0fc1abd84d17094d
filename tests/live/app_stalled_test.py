# SPDX-License-Identifier: Apache-2.0
"""A reader that stops for a while, in three ways. It is not starved: in none of them does it wait for a CPU."""
from live_support import USUAL_BUFFER, check, check_equal, happened, main, wait_until
from wirecause_lab.kernel import socket_waiting

SMALL_BUFFER = 65_536  # room for 157 datagrams
NEVER = ("app_slow_consumer", "app_cpu_starved", "socket_rcvbuf_burst")


def stalled(lab, **how):
    lab.pair()
    consumer = lab.consumer(rcvbuf=SMALL_BUFFER, **how)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=6000, rate=5000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 100, f"the stall should have overflowed the socket; missed {missed}")
    happened(len(missed.ranges) <= 3, f"one stall should leave one hole: {missed}")
    happened(journal["drops"] == len(missed), "the socket dropped what was not read")
    report = watch.end()
    finding = report.check_named("app_stalled", never=NEVER)
    check_equal(finding["explained"], len(missed), "units explained")
    report.check_consumer(consumer, publisher.truth())
    return finding


def sleeps(lab):
    """The reader sleeps 700 ms, as in a blocking call: app_stalled."""
    stalled(lab, stall_at=2000, stall_ms=700, stall="sleep")


def computes(lab):
    """The reader is busy with work of its own for 700 ms: app_stalled too, it had its CPU all the time."""
    stalled(lab, stall_at=2000, stall_ms=700, stall="spin")


def stopped_to_the_end(lab):
    """SIGSTOP, and still stopped when the report is made: what waits in its queue is counted as queued, not as dropped."""
    lab.pair()
    consumer = lab.consumer(rcvbuf=USUAL_BUFFER)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    consumer.stop()
    publisher.send(packets=2000, rate=4000)
    inode = consumer.who["inode"]
    wait_until(lambda: (socket_waiting(lab.host, inode) or 0) > consumer.who["rcvbuf"] // 2, "its queue is full")
    if not lab.truth_only:
        report = watch.end()
    consumer.go_on()
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 500 and journal["drops"] == len(missed), f"the stopped reader should have lost more than {missed}")
    if lab.truth_only:
        report = watch.end()
    waiting = journal["units"] - 2000
    finding = report.check_named("app_stalled", never=NEVER)
    check_equal(finding["explained"], len(missed), "units explained")
    row = report.consumer(consumer)
    row.check_sum()
    check_equal((row["read"], row["queued"], row.units_dropped()), (2000, waiting, len(missed)), "read, queued, dropped")
    check(finding["ongoing"], "the stall lasted to the end")


main(sleeps, computes, stopped_to_the_end)
