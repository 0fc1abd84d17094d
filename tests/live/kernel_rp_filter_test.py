# SPDX-License-Identifier: Apache-2.0
"""Strict reverse-path filtering, and a source that this host would answer through another interface."""
from live_support import GROUP, PORT, Kernel, check, check_equal, happened, main


def source_routed_through_the_other_interface(lab):
    """rp_filter=1 on feed0, and the publisher's network routed through feed1: kernel_rp_filter."""
    lab.two_lines()
    lab.address(lab.publisher_side, "line0", "10.99.0.1")
    lab.host.run("ip", "route", "add", "10.99.0.0/24", "via", "10.77.2.1", "dev", "feed1")
    lab.host.set("net.ipv4.conf.feed0.rp_filter", 1)
    consumer = lab.consumer()
    kernel = Kernel(lab.host)
    watch = lab.watch("feed0")
    publisher = lab.publisher(f"A:10.99.0.1:{GROUP}:{PORT}:line0")
    publisher.send(packets=4000, rate=4000)
    happened(len(consumer.read()) == 0, "the reader should have got nothing")
    dropped = kernel.growth("TcpExtIPReversePathFilter")
    happened(dropped == 4000, f"IPReversePathFilter grew by {dropped}, not 4000")
    report = watch.end()
    finding = report.check_named("kernel_rp_filter", never=("kernel_no_membership", "kernel_firewall", "publisher_stall"))
    check_equal(finding["explained"], 4000, "units explained")
    fixes = " ".join(a["command"] for a in finding["actions"])
    check("feed0" in fixes, f"the fix names the interface: {fixes}")
    row = report.check_consumer(consumer, publisher.truth())
    check_equal(row.units_dropped("IP_RPFILTER"), 4000, "units dropped")


main(source_routed_through_the_other_interface)
