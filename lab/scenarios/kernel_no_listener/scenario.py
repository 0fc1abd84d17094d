# SPDX-License-Identifier: Apache-2.0
"""Datagrams for a port of this host that nobody has bound."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Kernel, case, happened
from wirecause_lab.kernel import Arrivals

SECONDS = 1


def unicast(lab):
    """The line as it is sent to the host's own address."""
    w = lab.wiring
    return f"A:{w.nets[0]}.1:{w.nets[0]}.2:{w.ports[0]}:{w.lines[0]}"


def reader(lab, **how):
    return lab.consumer(bind=f"{lab.wiring.nets[0]}.2", join=[], **how)


def send(lab, publisher, packets):
    publisher.send(packets, **lab.load.words)
    return packets


@case(FAULT, "kernel_no_listener")
def the_reader_has_gone(lab):
    """The reader ends in the middle; the feed goes on to a port that is closed now."""
    lab.pair()
    consumer, kernel = reader(lab), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher(unicast(lab))
    read = send(lab, publisher, SECONDS * lab.load.rate * lab.dice.between(30, 70) // 100)
    happened(consumer.wait_drained()["datagrams"] == read, "it should have read the first part")
    consumer.end()
    lost = send(lab, publisher, SECONDS * lab.load.rate - read)
    happened(kernel.growth("UdpNoPorts") == lost, f"{lost} datagrams to a closed port, not {kernel.growth('UdpNoPorts')}")
    return lab.answer(watch.end(), lost=lost * lab.load.step)


@case(FAULT, "kernel_no_listener")
def nobody_was_ever_there(lab):
    """Nobody has ever bound the port: all of it ends here, although it is sent here on purpose."""
    lab.pair()
    kernel = Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher(unicast(lab))
    sent = send(lab, publisher, SECONDS * lab.load.rate)
    happened(kernel.growth("UdpNoPorts") == sent, f"{sent} datagrams to a closed port, not {kernel.growth('UdpNoPorts')}")
    return lab.answer(watch.end(), lost=sent)  # no feed is followed there: a unit is a datagram


@case(FAULT, "kernel_no_listener")
def the_reader_is_at_another_port(lab):
    """A multicast group that is joined, by a reader bound to a port beside the feed's: UDP finds nobody."""
    lab.pair()
    lab.consumer(port=lab.wiring.ports[0] + lab.dice.between(1, 9))
    kernel = Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher()
    sent = send(lab, publisher, SECONDS * lab.load.rate)
    happened(kernel.growth("UdpIgnoredMulti") == sent, f"UDP ignored {kernel.growth('UdpIgnoredMulti')} of {sent}")
    return lab.answer(watch.end(), lost=sent * lab.load.step)


@case(TWIN)
def the_reader_is_there(lab):
    """The same feed to the host's own address, and its reader stays."""
    lab.pair()
    consumer, kernel = reader(lab), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher(unicast(lab))
    send(lab, publisher, SECONDS * lab.load.rate)
    consumer.wait_drained()
    happened(kernel.growth("UdpNoPorts") == 0 and len(lab.missed(consumer)) == 0, "all should be read")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(TWIN)
def a_group_that_is_for_others(lab):
    """A multicast group that nobody here has joined or bound, as a port that floods brings it: nobody's loss."""
    lab.pair()
    kernel, arrivals = Kernel(lab.host), Arrivals(lab.host, lab.wiring.feeds[0])
    watch, publisher = lab.watch(), lab.publisher()
    arrivals.check(send(lab, publisher, SECONDS * lab.load.rate))
    happened(kernel.growth("UdpIgnoredMulti") == 0 == kernel.growth("UdpNoPorts"), "nothing of it comes as far as UDP")
    return lab.answer(watch.end())


@case(LOOK_ALIKE, "kernel_no_membership")
def bound_and_not_joined(lab):
    """Somebody is bound to the port, and has not joined the group: it ends in IP, before UDP looks for a port."""
    lab.pair()
    consumer, kernel, arrivals = lab.consumer(join=[]), Kernel(lab.host), Arrivals(lab.host, lab.wiring.feeds[0])
    watch, publisher = lab.watch(), lab.publisher()
    arrivals.check(send(lab, publisher, SECONDS * lab.load.rate))
    happened(kernel.growth("UdpIgnoredMulti") == 0 and len(consumer.read()) == 0, "it ends before UDP")
    units = len(publisher.truth().published())
    return lab.answer(watch.end(), lost=units, missed={consumer: units})
