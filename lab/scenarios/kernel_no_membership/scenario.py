# SPDX-License-Identifier: Apache-2.0
"""A reader whose socket has not joined the group on the interface where it arrives."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Kernel, case, happened
from wirecause_lab.bypass import bears_the_mark, bypass_mark
from wirecause_lab.kernel import Arrivals

SECONDS = 1


def published(lab, publisher):
    return len(publisher.truth().published("A"))


def misses_everything(lab, deaf, interfaces=(), others=()):
    """All of the feed ends in the host on its way to the deaf one; the others read it all."""
    kernel, arrivals = Kernel(lab.host), Arrivals(lab.host, lab.wiring.feeds[0])
    watch, publisher = lab.watch(*interfaces), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    arrivals.check(SECONDS * lab.load.rate)
    happened(len(deaf.read()) == 0 and deaf.drops() == 0, "it should get nothing, and its socket should drop nothing")
    happened(kernel.growth("UdpRcvbufErrors") == 0, "no buffer is full")
    units = published(lab, publisher)
    missed = {deaf: units}
    for other in others:
        other.wait_drained()
        happened(len(lab.missed(other)) == 0, f"who has joined reads it all: {lab.missed(other)}")
        missed[other] = 0
    return lab.answer(watch.end(), lost=units, missed=missed, victims={"kernel_no_membership": [deaf]})


@case(FAULT, "kernel_no_membership")
def never_joined(lab):
    """Bound to the group's address and port, and never joined."""
    lab.pair()
    return misses_everything(lab, lab.consumer(join=[]))


@case(FAULT, "kernel_no_membership")
def joined_on_the_wrong_interface(lab):
    """Joined on the interface of line B, while the group comes on that of line A."""
    lab.two_lines()
    deaf = lab.consumer(join=[f"{lab.wiring.groups[0]}@{lab.wiring.feeds[1]}"])
    return misses_everything(lab, deaf, lab.wiring.feeds)


@case(FAULT, "kernel_no_membership")
def beside_one_that_joined(lab):
    """IP_MULTICAST_ALL is off and the group not joined, beside a socket that did join and reads it all."""
    lab.pair()
    healthy = lab.consumer()
    return misses_everything(lab, lab.consumer(join=[], mc_all=0), others=(healthy,))


@case(TWIN)
def on_a_strangers_membership(lab):
    """Never joined either, but IP_MULTICAST_ALL is on and another socket has joined: it reads all."""
    lab.pair()
    joined, other = lab.consumer(), lab.consumer(join=[])
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    for consumer in (joined, other):
        consumer.wait_drained()
        happened(len(lab.missed(consumer)) == 0, f"nothing should be missed: {lab.missed(consumer)}")
    return lab.answer(watch.end(), missed={joined: 0, other: 0})


@case(LOOK_ALIKE, "kernel_no_listener")
def joined_and_nobody_at_the_port(lab):
    """The group is joined, by a socket of another port: what comes ends in UDP, for want of a listener."""
    lab.pair()
    lab.consumer(port=lab.wiring.ports[0] + 3)
    kernel = Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    happened(kernel.growth("UdpIgnoredMulti") == SECONDS * lab.load.rate, f"UDP ignored {kernel.growth('UdpIgnoredMulti')}")
    return lab.answer(watch.end(), lost=published(lab, publisher))


@case(LOOK_ALIKE, "kernel_rp_filter")
def joined_and_the_way_back_is_another(lab):
    """Joined on the interface where it comes; the reverse-path filter drops it there."""
    lab.two_lines()
    w, far = lab.wiring, f"10.{lab.dice.between(130, 200)}.0"
    lab.publisher_side.run("ip", "address", "add", f"{far}.1/24", "dev", w.lines[0])
    lab.host.run("ip", "route", "add", f"{far}.0/24", "via", f"{w.nets[1]}.1", "dev", w.feeds[1])
    lab.host.set(f"net.ipv4.conf.{w.feeds[0]}.rp_filter", 1)
    consumer, kernel = lab.consumer(), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher(f"A:{far}.1:{w.groups[0]}:{w.ports[0]}:{w.lines[0]}")
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    filtered = kernel.growth("TcpExtIPReversePathFilter")
    happened(filtered == SECONDS * lab.load.rate and len(consumer.read()) == 0, f"the filter dropped {filtered}")
    units = published(lab, publisher)
    return lab.answer(watch.end(), lost=units, missed={consumer: units})


@case(LOOK_ALIKE, "publisher_stall", framings=("iex",), rate=(2500, 4000))
def joined_and_nothing_comes(lab):
    """Joined where it comes, and for more than three heartbeats nothing does: the publisher is silent."""
    lab.pair()
    consumer, arrivals = lab.consumer(), Arrivals(lab.host, lab.wiring.feeds[0])
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 3, **lab.load.words)
    arrivals.check(lab.load.rate // 3)
    publisher.pause(ms=lab.dice.between(3150, 4200))
    arrivals.check(lab.load.rate // 3)  # still no more
    publisher.send(lab.load.rate // 4, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, f"nothing is missed: {lab.missed(consumer)}")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(TWIN, is_blind=True)
def read_by_a_bypass(lab):
    """Never joined, and the reader bears the mark of a kernel bypass: it may have its packets past the kernel, so nothing is
    concluded of its group, although what the kernel sees of it ends in IP."""
    lab.pair()
    consumer = lab.consumer(join=[], prefix=bypass_mark(lab))
    happened(bears_the_mark(consumer), "the library should be mapped")
    arrivals, watch, publisher = Arrivals(lab.host, lab.wiring.feeds[0]), lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    arrivals.check(SECONDS * lab.load.rate)
    happened(len(consumer.read()) == 0, "its kernel socket gets nothing")
    return lab.answer(watch.end())
