# SPDX-License-Identifier: Apache-2.0
"""A rule of netfilter drops a part of the feed on its way to the socket."""
from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, case, happened
from wirecause_lab.firewall import COMMENT, Turns, dropping
from wirecause_lab.kernel import nft_packets

SECONDS = 1
# Bits from the UDP header on to the low 16 bits of MoldUDP64's number: 8 bytes of header, then 16 bytes.
MOLD_LOW = "@th,192,16"


def watched(lab, consumer, publisher=None):
    """Sends the feed through; report, units missed, packets that the rule counted."""
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    return watch, lab.missed(consumer), nft_packets(lab.host, COMMENT)


@case(FAULT, "kernel_firewall", framings=("mold",))
def numbers_of_the_feed(lab):
    """A rule matches the feed's own numbers and drops some ranges of them; prerouting or input."""
    lab.pair()
    step = lab.load.step
    holes = lab.dice.numbers(lab.load.rate // 4, lab.load.rate * 3 // 4, holes=lab.dice.between(1, 3), longest=80)
    ranges = ", ".join(lab.load.ranges(holes))
    lab.host.nft(dropping(lab.wiring.ports[0], f"{MOLD_LOW} {{ {ranges} }}", lab.dice.pick("input", "prerouting")))
    consumer = lab.consumer()
    watch, missed, counted = watched(lab, consumer)
    happened(counted > 0 and counted * step == len(missed), f"the rule dropped {counted} packets, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(FAULT, "kernel_firewall")
def in_turn(lab):
    """A rule drops one datagram of the feed in so many: any framing, holes of one datagram."""
    lab.pair()
    turns = Turns(lab.dice)
    lab.host.nft(dropping(lab.wiring.ports[0], turns.what))
    consumer = lab.consumer()
    watch, missed, counted = watched(lab, consumer)
    happened(missed == turns.doomed(SECONDS * lab.load.rate, lab.load.step), f"missed is not what the rule was to drop: {missed}")
    happened(counted > 0 and counted * lab.load.step == len(missed), f"the rule dropped {counted} packets, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(TWIN)
def another_port(lab):
    """The same rule for another port, of which there are datagrams: it counts them, and they are not the feed's."""
    lab.pair()
    port = lab.wiring.ports[0] + 7
    lab.host.nft(dropping(port))
    consumer = lab.consumer()
    other = lab.publisher(f"A:{lab.wiring.nets[0]}.1:{lab.wiring.nets[0]}.2:{port}:{lab.wiring.lines[0]}")
    lab.publishers.clear()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    other.send(100, rate=2000)
    publisher.send(lab.load.rate // 2, **lab.load.words)
    consumer.wait_drained()
    happened(nft_packets(lab.host, COMMENT) == 100, "the rule dropped the other port's datagrams")
    happened(len(lab.missed(consumer)) == 0, "nothing of the feed is missed")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(LOOK_ALIKE, "socket_filter", framings=("mold",), count=(1, 1))
def a_filter_at_the_socket(lab):
    """The application's own socket filter drops every n-th number; no rule of netfilter is there."""
    lab.pair()
    every = lab.dice.between(10, 60)
    consumer = lab.consumer(filter_every=every)
    watch, missed, counted = watched(lab, consumer)
    happened(counted == 0 and len(missed) == SECONDS * lab.load.rate // every, f"every {every}th should be missed: {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(MIXED, ["kernel_firewall", "net_line_loss"])
def a_rule_for_line_b_and_holes_in_line_a(lab):
    """The path takes numbers of line A, a rule drops datagrams of line B, some of them the same numbers."""
    lab.two_lines(relayed="A")
    holes = lab.dice.numbers(200, lab.load.rate - 200, holes=lab.dice.between(2, 5))
    relay = lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges(holes)))
    lab.host.nft(dropping(lab.wiring.ports[1], Turns(lab.dice).what))
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    happened(not any(consumer.wait_drained()["drops"] for consumer in consumers.values()), "no socket drops")
    a, b = (lab.missed(consumers[line], line) for line in "AB")
    counted = nft_packets(lab.host, COMMENT)
    happened(a == relay.numbers("loss", lab.load.step) and len(a) > 0, f"line A misses what the relay took: {a}")
    happened(counted > 0 and counted * lab.load.step == len(b), f"the rule dropped {counted} packets, line B misses {b}")
    return lab.answer(watch.end(), lost=len(a) + len(b), missed={consumers["A"]: len(a), consumers["B"]: len(b)},
                      shares={"net_line_loss": len(a), "kernel_firewall": len(b)})
