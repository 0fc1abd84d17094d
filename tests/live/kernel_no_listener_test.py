# SPDX-License-Identifier: Apache-2.0
"""A unicast feed for a port that nobody has bound."""
from live_support import PORT, Kernel, check_equal, happened, main

LINE = f"A:10.77.1.1:10.77.1.2:{PORT}:line0"
NEVER = ("kernel_no_membership", "publisher_stall", "net_line_loss", "kernel_firewall")


def the_reader_has_gone(lab):
    """The reader ends in the middle; the feed goes on to a port that is now closed: kernel_no_listener."""
    lab.pair()
    consumer = lab.consumer(bind="10.77.1.2", join=[])
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher(LINE)
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    happened(len(consumer.read()) == 2000, "the reader should have read the first half")
    consumer.end()
    publisher.send(packets=2000, rate=4000)
    happened(kernel.growth("UdpNoPorts") == 2000, f"2000 datagrams to a closed port, not {kernel.growth('UdpNoPorts')}")
    report = watch.end()
    finding = report.check_named("kernel_no_listener", never=NEVER)
    check_equal(finding["explained"], 2000, "units explained")


def nobody_was_ever_there(lab):
    """Nobody has ever bound the port: kernel_no_listener, by the kernel's own drops."""
    lab.pair()
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher(LINE)
    publisher.send(packets=2000, rate=4000)
    happened(kernel.growth("UdpNoPorts") == 2000, f"2000 datagrams to a closed port, not {kernel.growth('UdpNoPorts')}")
    report = watch.end()
    report.check_named("kernel_no_listener", never=NEVER)


main(the_reader_has_gone, nobody_was_ever_there)
