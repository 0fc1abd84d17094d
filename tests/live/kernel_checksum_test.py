# SPDX-License-Identifier: Apache-2.0
"""Datagrams that were damaged on the way: their UDP checksum is wrong, that of the others is right."""
from live_support import GROUP, PORT, Kernel, check_equal, happened, main


def one_in_twenty_is_damaged(lab, size):
    lab.pair()
    consumer = lab.consumer()
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher(f"A:10.77.1.1:{GROUP}:{PORT}:line0:raw")
    publisher.send(packets=4000, rate=4000, bad_every=20, size=size)
    consumer.wait_drained()
    truth = publisher.truth()
    missed = truth.published() - consumer.read()
    happened(missed == truth.damaged() and len(missed) == 200, f"the damaged datagrams should be missing: {missed}")
    happened(kernel.growth("UdpInCsumErrors") == 200, "the kernel counted InCsumErrors")
    report = watch.end()
    finding = report.check_named("kernel_checksum", never=("capture_offload_artifact", "socket_rcvbuf_burst", "net_line_loss"))
    check_equal(finding["explained"], 200, "units explained")
    row = report.check_consumer(consumer, truth)
    check_equal(row.units_dropped("UDP_CSUM"), 200, "units dropped")
    if row["socket_drops"]:
        check_equal(row["socket_events"], row["socket_drops"], "drops that were seen, against the socket's own counter")


def small_datagrams(lab):
    """One datagram in twenty has a wrong checksum, and the kernel looks at it on arrival (76 bytes or less)."""
    one_in_twenty_is_damaged(lab, size=40)


def large_datagrams(lab):
    """The same of larger ones, whose checksum the kernel looks at only when the application reads."""
    one_in_twenty_is_damaged(lab, size=400)


def two_readers_of_large_datagrams(lab):
    """Two readers find the same damaged datagrams, each in its own queue: each has them once, and the sums meet."""
    lab.pair()
    consumers = [lab.consumer(), lab.consumer()]
    watch = lab.watch()
    publisher = lab.publisher(f"A:10.77.1.1:{GROUP}:{PORT}:line0:raw")
    publisher.send(packets=4000, rate=4000, bad_every=20, size=400)
    for consumer in consumers:
        consumer.wait_drained()
    truth = publisher.truth()
    happened(len(truth.damaged()) == 200, "200 were damaged")
    report = watch.end()
    report.check_named("kernel_checksum", never=("capture_offload_artifact", "socket_rcvbuf_burst", "net_line_loss"))
    for consumer in consumers:
        row = report.check_consumer(consumer, truth)
        check_equal((row.units_dropped("UDP_CSUM"), row.datagrams_dropped()), (200, 200), "units and datagrams dropped")


main(small_datagrams, large_datagrams, two_readers_of_large_datagrams)
