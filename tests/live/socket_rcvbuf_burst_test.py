# SPDX-License-Identifier: Apache-2.0
"""A reader that keeps up on average, and bursts that are larger than its receive buffer."""
from live_support import Kernel, check, check_equal, happened, main

BUFFER = 65_536  # doubled by the kernel: room for about 160 small datagrams


def bursts_over_a_small_buffer(lab):
    """Three bursts of 800 into a small buffer, 20 us a datagram to read: socket_rcvbuf_burst, and not a slow reader."""
    lab.pair()
    consumer = lab.consumer(rcvbuf=BUFFER, service_us=20)
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    for _ in range(3):
        publisher.burst(800)
        publisher.pause(ms=300)
        publisher.send(packets=1000, rate=4000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 300, f"the bursts should have overflowed the buffer; missed {missed}")
    happened(journal["drops"] == len(missed) == kernel.growth("UdpRcvbufErrors"), "the socket dropped what was not read")
    report = watch.end()
    finding = report.check_named("socket_rcvbuf_burst", never=("app_slow_consumer", "app_stalled", "net_line_loss"))
    check_equal(finding["explained"], len(missed), "units explained")
    check_equal(finding["confidence"], "by number", "confidence")
    check_equal(finding["place"], "ON THIS HOST", "place")
    row = report.check_consumer(consumer, publisher.truth())
    check_equal(row.units_dropped("SOCKET_RCVBUFF"), len(missed), "units dropped at the socket")
    check(any("rmem" in a["command"] or "SO_RCVBUF" in a["command"] for a in finding["actions"]), "the fix raises the buffer")


main(bursts_over_a_small_buffer)
