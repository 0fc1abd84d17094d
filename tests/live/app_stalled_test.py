# SPDX-License-Identifier: Apache-2.0
"""A reader that is still stopped when the report is made; how one stops and goes on is the scenario's."""
from live_support import USUAL_BUFFER, check, check_equal, happened, main, wait_until
from wirecause_lab.kernel import socket_waiting

NEVER = ("app_slow_consumer", "app_cpu_starved", "socket_rcvbuf_burst")


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


main(stopped_to_the_end)
