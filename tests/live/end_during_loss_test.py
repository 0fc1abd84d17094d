# SPDX-License-Identifier: Apache-2.0
"""A run that ends while a reader loses and the publisher goes on: what came by the end is accounted for, by number, and what
was dropped later is none of it."""
import signal

from live_support import USUAL_BUFFER, check, check_equal, main
from wirecause_lab.report import Report
from wirecause_lab.waiting import wait_until


def check_sum_meets(report, consumer):
    row = report.consumer(consumer)
    row.check_sum()
    check(row.units_dropped() > 500, f"a reader that loses: {row.fields}")
    check(all(at["by"] == "number" for at in row["dropped_at"]), f"each drop has its number: {row['dropped_at']}")
    check_equal(row["socket_events"], row["socket_drops"], "drops that were seen, against the socket's own counter")
    check_equal(row.datagrams_dropped(), row["socket_drops"], "drops that were given, against the socket's own counter")
    limits = {limit["id"] for limit in report.document["observer"]["limits"]}
    check("units_unexplained" not in limits, f"limits: {report.blindness()}")


def losing(lab, *words, **options):
    """A reader that loses some hundred of those of a second, and a publisher that goes on for ten."""
    lab.pair()
    consumer = lab.consumer(**options)
    watch = lab.watch(*words)
    publisher = lab.publisher()
    publisher.send(packets=500, rate=1000)
    publisher.begin("send packets=80000 rate=8000")
    return consumer, watch


def interrupted(lab, **options):
    consumer, watch = losing(lab, **options)
    wait_until(lambda: consumer.drops() > 1000, "the reader loses")
    watch.signal(signal.SIGINT)
    check_sum_meets(watch.wait_report(), consumer)


def interrupt_of_a_slow_reader(lab):
    """SIGINT while a full buffer drops: 6 000 a second, before and after."""
    interrupted(lab, service_us=500, rcvbuf=USUAL_BUFFER)


def interrupt_of_a_reader_that_keeps_up(lab):
    """SIGINT while a filter refuses one in ten: the reader takes what comes after the end, too."""
    interrupted(lab, filter_every=10)


def duration(lab):
    """--duration likewise."""
    consumer, watch = losing(lab, "feed0", "--duration", "4s", service_us=500, rcvbuf=USUAL_BUFFER)
    code = watch.wait_end()
    check_equal(watch.events[-1]["event"], "report", "the last line")
    check_sum_meets(Report(watch.events[-1], code, watch.events, watch.text_of_stderr()), consumer)


main(interrupt_of_a_slow_reader, interrupt_of_a_reader_that_keeps_up, duration)
