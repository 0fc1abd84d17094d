# SPDX-License-Identifier: Apache-2.0
"""Damaged datagrams that are dropped at the read: by which word of the kernel. Small ones, and bits that turn over on the way, are
the scenario's."""
from live_support import GROUP, PORT, Kernel, check_equal, happened, main


def large_datagrams(lab):
    """The kernel looks at the checksum of large ones only when the application reads: one in twenty is dropped there."""
    lab.pair()
    consumer = lab.consumer()
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher(f"A:10.77.1.1:{GROUP}:{PORT}:line0:raw")
    publisher.send(packets=4000, rate=4000, bad_every=20, size=400)
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


main(large_datagrams)
