# SPDX-License-Identifier: Apache-2.0
"""A filter that the reader attached to its own socket refuses a part of the feed."""
from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, Kernel, case, happened
from wirecause_lab.firewall import COMMENT, Turns, dropping
from wirecause_lab.kernel import nft_packets

SECONDS = 1


def answer(lab, watch, consumer, kernel, full=0):
    """The socket counts what it refused, and what it had no room for, which the kernel counts as well."""
    drops = consumer.wait_drained()["drops"]
    missed = len(lab.missed(consumer))
    happened(drops * lab.load.step == missed, f"the socket dropped {drops} datagrams, missed are {missed} units")
    found_full = kernel.growth("UdpRcvbufErrors")  # each of them is one of the socket's drops; the filter's are not counted there
    happened(found_full >= full if full else found_full == 0, f"{found_full} datagrams found a full buffer")
    happened(found_full <= drops, f"{found_full} of the {drops} that the socket dropped found a full buffer")
    shares = {"socket_rcvbuf_burst": found_full * lab.load.step, "socket_filter": (drops - found_full) * lab.load.step}
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed}, shares={c: n for c, n in shares.items() if n},
                      victims={cause: [consumer] for cause, units in shares.items() if units})


def filtered(lab, expected, **how):
    lab.pair()
    consumer, kernel = lab.consumer(**how), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == expected, f"{expected} should be missed: {lab.missed(consumer)}")
    return answer(lab, watch, consumer, kernel)


@case(FAULT, "socket_filter", framings=("mold",), count=(1, 1))
def by_number(lab):
    """The filter refuses every n-th number of the feed."""
    every = lab.dice.between(7, 60)
    return filtered(lab, SECONDS * lab.load.rate // every, filter_every=every)


@case(FAULT, "socket_filter", framings=("mold", "iex", "cta"), size=(30, 120), count=(1, 3))
def by_length(lab):
    """The filter refuses datagrams over a length: now and then the feed has some."""
    lab.pair()
    consumer, kernel = lab.consumer(filter_over=600), Kernel(lab.host)
    watch, publisher, large = lab.watch(), lab.publisher(), 0
    for _ in range(lab.dice.between(3, 6)):
        publisher.send(lab.load.rate // 5, **lab.load.words)
        packets = lab.dice.between(1, 40)
        publisher.send(packets, rate=lab.load.rate, count=lab.load.count, size=700 // lab.load.count)
        large += packets
    publisher.send(lab.load.rate // 5, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == large * lab.load.step, f"{large} datagrams are too long: {lab.missed(consumer)}")
    return answer(lab, watch, consumer, kernel)


@case(TWIN, count=(1, 3))
def it_refuses_nothing(lab):
    """A filter is attached, and nothing of the feed is longer than it allows."""
    return filtered(lab, 0, filter_over=1400)


@case(LOOK_ALIKE, "kernel_firewall", tools=("nft",))
def a_rule_before_the_socket(lab):
    """A rule of netfilter drops one datagram in so many; the filter at the socket lets everything pass."""
    lab.pair()
    turns = Turns(lab.dice)
    lab.host.nft(dropping(lab.wiring.ports[0], turns.what))
    consumer = lab.consumer(filter_over=1400)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    drops = consumer.wait_drained()["drops"]
    happened(lab.missed(consumer) == turns.doomed(SECONDS * lab.load.rate, lab.load.step), f"missed is {lab.missed(consumer)}")
    missed, counted = len(lab.missed(consumer)), nft_packets(lab.host, COMMENT)
    happened(drops == 0 and 0 < counted * lab.load.step == missed, f"the rule dropped {counted}, the socket {drops}; missed {missed}")
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed})


@case(MIXED, ["socket_filter", "socket_rcvbuf_burst"], framings=("mold",), count=(1, 1), size=(30, 60))
def a_filter_and_bursts(lab):
    """The filter refuses every n-th number, and bursts find the buffer full: one counter of the socket, two causes."""
    lab.pair()
    consumer, kernel = lab.consumer(filter_every=lab.dice.between(10, 40), rcvbuf=50_000, service_us=25), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher()
    for _ in range(2):
        publisher.send(lab.load.rate // 3, **lab.load.words)
        publisher.burst(lab.dice.between(600, 900), size=lab.load.size)
        publisher.pause(ms=200)
    publisher.send(lab.load.rate // 3, **lab.load.words)
    return answer(lab, watch, consumer, kernel, full=50)
