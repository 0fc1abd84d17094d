# SPDX-License-Identifier: Apache-2.0
"""The tap is on the interface, the reader on a VLAN of it."""
from live_support import GROUP, PORT, main, skip
from live_support.overflow import SMALL_BUFFER, overflow_is_named

VLAN = 100


def add_vlan(lab, namespace, interface, address):
    name = f"{interface}.{VLAN}"
    try:
        namespace.run("ip", "link", "add", "link", interface, "name", name, "type", "vlan", "id", VLAN)
    except RuntimeError as error:
        skip(f"this kernel makes no VLAN: {error}")
    namespace.run("ip", "link", "set", name, "up")
    lab.address(namespace, name, address)
    return name


def on_a_vlan(lab):
    """The reader joined on a VLAN of the tapped interface."""
    lab.pair()
    below = add_vlan(lab, lab.publisher_side, "line0", "10.78.1.1")
    above = add_vlan(lab, lab.host, "feed0", "10.78.1.2")
    consumer = lab.consumer(join=[f"{GROUP}@{above}"], rcvbuf=SMALL_BUFFER, service_us=20)
    watch = lab.watch("feed0")
    overflow_is_named(lab, consumer, lab.publisher(f"A:10.78.1.1:{GROUP}:{PORT}:{below}"), watch)


main(on_a_vlan)
