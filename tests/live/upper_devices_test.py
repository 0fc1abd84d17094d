# SPDX-License-Identifier: Apache-2.0
"""The tap is on the interface, the reader on a device that stands on it."""
from live_support import GROUP, main
from live_support.overflow import SMALL_BUFFER, overflow_is_named


def on_a_bridge(lab):
    """The reader joined on a bridge whose port is tapped."""
    lab.pair()
    lab.host.run("ip", "link", "add", "bridge0", "type", "bridge", "mcast_snooping", "0")
    lab.host.run("ip", "address", "flush", "dev", "feed0")
    lab.host.run("ip", "link", "set", "feed0", "master", "bridge0")
    lab.host.run("ip", "link", "set", "bridge0", "up")
    lab.address(lab.host, "bridge0", "10.77.1.2")
    consumer = lab.consumer(join=[f"{GROUP}@bridge0"], rcvbuf=SMALL_BUFFER, service_us=20)
    watch = lab.watch("feed0")
    overflow_is_named(lab, consumer, lab.publisher(), watch)


main(on_a_bridge)
