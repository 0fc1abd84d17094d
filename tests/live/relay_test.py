# SPDX-License-Identifier: Apache-2.0
"""The lab's relay on real interfaces: what its journal says is what arrives, to the number and to the bit."""
import sys

from live_support import Numbers, check, check_equal, happened, main
from wirecause_lab import Pcap

PACKETS = 3000
# The kernel takes the tag off here too, and tells it beside the frame (packet(7), PACKET_AUXDATA).
LISTEN = """
import socket, struct, sys
SOL_PACKET, PACKET_AUXDATA = 263, 8
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
s.bind((sys.argv[1], 0))
s.settimeout(20)
print("ready", flush=True)
while True:
    frame, beside, _, _ = s.recvmsg(2048, 256)
    if b"tagged by hand" in frame:
        tci, kind = struct.unpack("IIIHHHH", beside[0][2])[5:]
        print(frame.hex(), f"{kind:04x}{tci:04x}", flush=True)
        break
"""


def through(lab, *rules, **more):
    lab.pair(relayed="A")
    relay = lab.relay("A", *rules, **more)
    consumer, publisher = lab.consumer(), lab.publisher()
    publisher.send(PACKETS, rate=8000)
    happened(len(publisher.truth().sent()) == PACKETS, "the publisher sent everything")
    return relay, consumer, publisher


def loses_what_it_says(lab):
    """A Gilbert-Elliott path: the numbers that the consumer lacks are those of the journal, and some are there."""
    relay, consumer, _ = through(lab, f"down loss gilbert=0.01,0.3,0.9 port={lab.wiring.ports[0]}", seed=5)
    lost = relay.numbers("loss")
    consumer.wait_read(PACKETS - len(lost))
    check(20 < len(lost) < 300, f"a hundredth begins a burst, which is of three: {lost}")
    check_equal(lab.missed(consumer), lost, "what the consumer lacks")
    summary = relay.summary()
    check_equal(summary["refused"], 0, "frames that could not be sent")
    check_equal(summary["down.loss"], len(lost), "its own sum")


def passes_everything_without_rules(lab):
    """Nothing is lost, doubled or swapped; each frame arrives byte by byte as it left."""
    lab.pair(relayed="A")
    lab.relay("A")
    port = lab.wiring.ports[0]
    before = lab.record(f"udp port {port}", namespace=lab.publisher_side, interface=lab.wiring.lines[0])
    after = lab.record(f"udp port {port}")
    consumer, publisher = lab.consumer(), lab.publisher()
    publisher.send(PACKETS, rate=8000)
    consumer.wait_read(PACKETS)
    sent, come = ([frame for _, frame, _ in Pcap.frames(r.end(frames=PACKETS))] for r in (before, after))
    check_equal(come == sent, True, "the frames on both sides")
    check_equal(consumer.read(), Numbers([(1, PACKETS + 1)]), "read")


def keeps_vlan_tags(lab):
    """A tagged frame comes out with its tag, although the kernel takes tags off on the way in."""
    lab.pair(relayed="A")
    lab.relay("A")
    listener = lab.talker(lab.host, sys.executable, "-c", LISTEN, lab.wiring.feeds[0])
    check_equal(listener.hear().strip(), "ready", "the listener")
    ends, tag, rest = "ffffffffffff020000000001", "81006064", "88b5" + b"tagged by hand".ljust(46, b".").hex()
    lab.publisher_side.run(sys.executable, "-c", "import socket, sys\ns = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\n"
                           "s.bind((sys.argv[1], 0))\ns.send(bytes.fromhex(sys.argv[2]))", lab.wiring.lines[0], ends + tag + rest)
    check_equal(listener.hear().split(), [ends + rest, tag], "the frame and its tag")


def begins_when_told(lab):
    """A rule that is off does nothing until it is switched on by name, and nothing again afterwards."""
    relay, consumer, publisher = through(lab, f"down block name=cut on=no port={lab.wiring.ports[0]}")
    consumer.wait_read(PACKETS)
    relay.switch("cut", True)
    publisher.send(100, rate=5000)
    relay.switch("cut", False)
    publisher.send(50, rate=5000)
    consumer.wait_read(PACKETS + 50)
    check_equal(lab.missed(consumer), Numbers([(PACKETS + 1, PACKETS + 101)]), "missed")
    check_equal(relay.numbers("block"), lab.missed(consumer), "the journal")


main(loses_what_it_says, passes_everything_without_rules, keeps_vlan_tags, begins_when_told, tools=("ethtool", "tcpdump"))
