# SPDX-License-Identifier: Apache-2.0
"""The table of connection tracking is full when the feed begins.

nf_conntrack_max is one number for the whole machine (read-only in other namespaces than the first), so this runs only when
WIRECAUSE_MACHINE_WIDE=1 says that nobody else is disturbed; the value is put back in any case.
"""
import contextlib
import os
import sys

from live_support import Kernel, check, check_equal, happened, main, skip, wait_until
from wirecause_lab.kernel import conntrack_drops, sysctl
from wirecause_lab.namespaces import run

MAX = "net.netfilter.nf_conntrack_max"
ENTRIES = 100
TRACKING = """
table inet wc_track {
  chain input {
    type filter hook input priority 0; policy accept;
    ct state new counter accept
  }
}
"""
FILL = """
import socket
for port in range(20000, 20000 + {count}):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("10.77.1.2", port))
"""


@contextlib.contextmanager
def machine_wide(name, value):
    before = sysctl(name)
    run("sysctl", "-qw", f"{name}={value}")
    try:
        yield
    finally:
        run("sysctl", "-qw", f"{name}={before}")


def entries(namespace):
    return int(namespace.read("/proc/sys/net/netfilter/nf_conntrack_count"))


def no_room_for_the_feed(lab):
    """The feed's first packet finds no room in the table: kernel_conntrack_full, and no rule of a firewall."""
    if os.environ.get("WIRECAUSE_MACHINE_WIDE") != "1":
        skip(f"{MAX} is of the whole machine: WIRECAUSE_MACHINE_WIDE=1 allows to lower it for a moment")
    lab.pair()
    lab.host.nft(TRACKING)
    consumer = lab.consumer()
    kernel = Kernel(lab.host)
    lab.stack.enter_context(machine_wide(MAX, ENTRIES))
    lab.publisher_side.run(sys.executable, "-c", FILL.format(count=2 * ENTRIES))
    wait_until(lambda: entries(lab.host) >= ENTRIES, "the table is full")
    before = conntrack_drops(lab.host)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=3000, rate=4000)
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    dropped = conntrack_drops(lab.host)[0] - before[0]
    happened(len(missed) >= 20, f"the feed should have found no room; missed {missed}")
    happened(dropped == len(missed), f"conntrack dropped {dropped}, missed {missed}")
    happened(kernel.growth("UdpRcvbufErrors") == 0, "the socket dropped nothing")
    report = watch.end()
    finding = report.check_named("kernel_conntrack_full", never=("kernel_firewall", "socket_filter", "net_line_loss"))
    check_equal(finding["explained"], len(missed), "units explained")
    check(any(MAX in a["command"] for a in finding["actions"]), "the fix raises the limit")
    report.check_consumer(consumer, publisher.truth())


main(no_room_for_the_feed, tools=("nft",))
