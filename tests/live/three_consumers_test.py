# SPDX-License-Identifier: Apache-2.0
"""Three sockets on one group are three sums: two are too slow, each in its own measure, and the third is healthy."""
from live_support import USUAL_BUFFER, check, check_equal, happened, main


def two_slow_one_healthy(lab):
    """Each consumer's sum meets with its own journal and its own drops; the healthy one is not blamed."""
    lab.pair()
    consumers = [lab.consumer(), lab.consumer(service_us=500, rcvbuf=USUAL_BUFFER),
                 lab.consumer(service_us=900, rcvbuf=USUAL_BUFFER)]
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=8000, rate=4000)
    drops = [consumer.wait_drained()["drops"] for consumer in consumers]
    truth = publisher.truth()
    missed = [truth.sent() - consumer.read() for consumer in consumers]
    happened(drops == [len(m) for m in missed], f"sockets dropped {drops}, readers missed {missed}")
    happened(drops[0] == 0 and 1000 < drops[1] < drops[2], f"two slow readers and a healthy one: {drops}")
    report = watch.end()
    for consumer, dropped in zip(consumers, drops):
        row = report.check_consumer(consumer, truth)
        check_equal(row.units_dropped(), dropped, "units dropped at this socket")
        check_equal(row.datagrams_dropped(), dropped, "datagrams dropped at this socket")
    blamed = [finding for finding in report.findings() if finding["cause"] == "app_slow_consumer"]
    check_equal(sorted(finding["explained"] for finding in blamed), sorted(drops[1:]), f"findings: {report.describe()}")
    for consumer in consumers[1:]:
        check(any(str(consumer.pid) in finding["subject"] for finding in blamed), f"pid {consumer.pid} is blamed")
    check(not any(str(consumers[0].pid) in finding["subject"] for finding in report.findings()), "the healthy one is not")


main(two_slow_one_healthy)
