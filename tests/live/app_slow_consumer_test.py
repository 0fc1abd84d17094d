# SPDX-License-Identifier: Apache-2.0
"""A reader that is slower than the feed, all the time."""
from live_support import USUAL_BUFFER, check_equal, happened, main


def half_as_fast_as_the_feed(lab):
    """400 us a datagram at 5 000 a second: app_slow_consumer with this process, and not a burst or a stall."""
    lab.pair()
    consumer = lab.consumer(service_us=400, rcvbuf=USUAL_BUFFER)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=12_000, rate=5000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 3000, f"the reader should have been too slow; missed {missed}")
    happened(journal["drops"] == len(missed), "the socket dropped what was not read")
    report = watch.end()
    finding = report.check_named("app_slow_consumer", never=("socket_rcvbuf_burst", "app_stalled", "app_cpu_starved"))
    check_equal(finding["explained"], len(missed), "units explained")
    check_equal(finding["act"], "application", "who must act")
    report.check_consumer(consumer, publisher.truth())


main(half_as_fast_as_the_feed)
