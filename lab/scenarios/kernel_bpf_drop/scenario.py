# SPDX-License-Identifier: Apache-2.0
"""A BPF program in the receive path drops a part of the feed: before the tap (XDP) or behind it (tc)."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Kernel, case, happened
from wirecause_lab.bpf import CLANG, attach, doomed, dropper, in_cgroup
from wirecause_lab.firewall import COMMENT, Turns, dropping
from wirecause_lab.kernel import Arrivals, nft_packets

SECONDS = 1
TOOLS = ("tc", CLANG)


def watched(lab, before=()):
    """Sends the feed through; watch, consumer, numbers missed."""
    consumer = lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    for send in before:
        send()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    happened(consumer.wait_drained()["drops"] == 0, "no socket drops")
    return watch, consumer, lab.missed(consumer, publisher=publisher)


def dropped_by_a_program(lab, where):
    lab.pair()
    every, packets = lab.dice.between(8, 60), SECONDS * lab.load.rate
    # Neither the first nor the last datagram: what is lost before the tap is known by the numbers around it.
    rest = lab.dice.pick(*({*range(every)} - {1, packets % every}))
    attach(lab.host, lab.wiring.feeds[0], dropper(lab, every, rest), where)
    watch, consumer, missed = watched(lab)
    wanted = doomed(packets, every, rest, lab.load.step)
    happened(missed == wanted, f"the program should drop {wanted}, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(FAULT, "kernel_bpf_drop", tools=TOOLS)
def at_native_xdp(lab):
    """XDP of the driver: no word is said of a packet that it drops, but the driver may count."""
    return dropped_by_a_program(lab, "native")


@case(FAULT, "kernel_bpf_drop", tools=TOOLS)
def at_tc_ingress(lab):
    """A classifier at the ingress of tc, behind the tap."""
    return dropped_by_a_program(lab, "tc")


@case(FAULT, "kernel_bpf_drop", tools=TOOLS)
def at_generic_xdp(lab):
    """Generic XDP, in the kernel's own path and before the tap."""
    return dropped_by_a_program(lab, "generic")


@case(FAULT, "kernel_bpf_drop", tools=(*TOOLS, "bpftool"))
def at_cgroup_ingress(lab):
    """A program of the reader's cgroup: the kernel has the same word for it as for the socket's own filter."""
    lab.pair()
    every = lab.dice.between(8, 60)
    with in_cgroup(lab, dropper(lab, every, 1)):
        consumer = lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    drops, missed = consumer.wait_drained()["drops"], lab.missed(consumer)
    happened(missed == doomed(SECONDS * lab.load.rate, every, 1, lab.load.step), f"the program should drop: {missed}")
    happened(drops * lab.load.step == len(missed), f"the socket counts {drops}, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(TWIN, tools=TOOLS)
def a_program_for_another_port(lab):
    """The same program drops all of another port's datagrams, of which there are some, and passes the feed. Nobody waits for
    the others: nothing of them comes as far as UDP, which would count it."""
    lab.pair()
    w, port, where = lab.wiring, lab.wiring.ports[0] + 7, lab.dice.pick("native", "generic", "tc")
    attach(lab.host, w.feeds[0], dropper(lab, 1, 0, port), where)
    kernel, arrivals = Kernel(lab.host), Arrivals(lab.host, w.feeds[0])
    other = lab.publisher(f"A:{w.nets[0]}.1:{w.nets[0]}.2:{port}:{w.lines[0]}")
    lab.publishers.clear()
    watch, consumer, missed = watched(lab, [lambda: other.send(100, rate=2000)])
    arrivals.check(SECONDS * lab.load.rate + 100)
    happened(kernel.growth("UdpNoPorts") == 0, "the program should drop all of the other port")
    happened(len(missed) == 0, f"nothing of the feed is missed: {missed}")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(LOOK_ALIKE, "kernel_firewall", tools=(*TOOLS, "nft"))
def a_rule_beside_the_program(lab):
    """A program that passes the feed is attached; what drops is a rule of netfilter."""
    lab.pair()
    port = lab.wiring.ports[0]
    attach(lab.host, lab.wiring.feeds[0], dropper(lab, 1, 0, port + 7), lab.dice.pick("native", "generic", "tc"))
    turns = Turns(lab.dice)
    lab.host.nft(dropping(port, turns.what))
    watch, consumer, missed = watched(lab)
    counted = nft_packets(lab.host, COMMENT)
    happened(missed == turns.doomed(SECONDS * lab.load.rate, lab.load.step), f"missed is not what the rule was to drop: {missed}")
    happened(counted > 0 and counted * lab.load.step == len(missed), f"the rule dropped {counted} packets, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(LOOK_ALIKE, "net_line_loss", tools=TOOLS)
def loss_before_an_attached_program(lab):
    """A program that passes the feed is attached; the numbers were lost on the way. The driver counts its programs' drops."""
    lab.pair(relayed="A")
    attach(lab.host, lab.wiring.feeds[0], dropper(lab, 1, 0, lab.wiring.ports[0] + 7), "native")
    holes = lab.dice.numbers(200, lab.load.rate - 200, holes=lab.dice.between(1, 4))
    relay = lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges(holes)))
    watch, consumer, missed = watched(lab)
    happened(missed == relay.numbers("loss", lab.load.step) and len(missed) > 0, f"missed is what the relay took: {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})
