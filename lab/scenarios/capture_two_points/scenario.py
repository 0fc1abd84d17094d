# SPDX-License-Identifier: Apache-2.0
"""One capture holds the same packets seen at two places on their way."""
import collections

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, dumpcap, frames_of, happened
from wirecause_lab.frames import number_of, port_of, with_ttl

SECONDS = 1


def sent_through(lab, rules):
    """The feed through a hop (the relay) with these rules; sends it once the recording runs."""
    lab.pair(relayed="A")
    return lab.relay("A", *rules, seed=lab.dice.between(1, 10**6)), lab.consumer()


def feed(lab, publisher, consumer):
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, "the application has all")


def times_each(lab, frames):
    """{how often: datagrams of the feed that are there so often}"""
    count = collections.Counter(number_of(f, lab.load.framing) for f in frames if port_of(f) == lab.wiring.ports[0])
    return collections.Counter(count.values())


def both_sides(lab, rules):
    """dumpcap on both interfaces of the hop, into one file."""
    relay, consumer = sent_through(lab, rules)
    recording = dumpcap(lab, "left0", "right0", namespace=lab.middle)
    feed(lab, lab.publisher(), consumer)
    path = recording.end(lambda frames: len(frames) >= 2 * SECONDS * lab.load.rate)
    happened(sum(recording.dropped.values()) == 0, f"dumpcap dropped {recording.dropped}")
    seen = times_each(lab, [frame for _, _, frame in frames_of(path)])
    happened(seen == {2: SECONDS * lab.load.rate}, f"each datagram is there twice: {seen}")
    return path


@case(FAULT, "capture_two_points", tools=("dumpcap",), evidence="capture", at="info")
def two_interfaces_of_a_router(lab):
    """Both interfaces of a hop that takes one off the TTL are recorded into one file."""
    return lab.answer(lab.analyze(both_sides(lab, ["down ttl decrement=1"])))


@case(FAULT, "capture_two_points", tools=("dumpcap",), evidence="capture", at="info")
def two_interfaces_of_a_bridge(lab):
    """The hop changes nothing, and takes its time: only the interface differs."""
    return lab.answer(lab.analyze(both_sides(lab, [f"down delay us={lab.dice.between(50, 1500)}"])))


@case(FAULT, "capture_two_points", tools=("tcpdump",), evidence="replay", at="info")
def one_mirror_of_two_ports(lab):
    """A mirror copies each packet before and after a router, whose delay varies: written so from a capture that has each once."""
    relay, consumer = sent_through(lab, [])
    recording = lab.record("udp")
    feed(lab, lab.publisher(), consumer)
    before = Pcap.frames(recording.end(frames=SECONDS * lab.load.rate))
    hop, router = lab.dice.between(20_000, 900_000), bytes((2, 0, 0, 0x5E, 1, lab.dice.between(1, 250)))
    after = [(t + hop + lab.dice.between(0, hop), frame[:6] + router + with_ttl(frame, frame[22] - 1)[12:], length)
             for t, frame, length in before]
    copy = Pcap(lab.file("mirror.pcap"))
    for frame in sorted(before + after, key=lambda frame: frame[0]):
        copy.add(*frame)
    seen = times_each(lab, [frame for _, frame, _ in Pcap.frames(copy.close())])
    happened(seen == {2: SECONDS * lab.load.rate}, f"each datagram is there twice: {seen}")
    return lab.answer(lab.analyze(copy.path))


@case(TWIN, tools=("tcpdump",), evidence="capture")
def one_interface(lab):
    """The same hop, recorded behind it only."""
    relay, consumer = sent_through(lab, ["down ttl decrement=1"])
    recording = lab.record("udp", namespace=lab.middle, interface="right0")
    feed(lab, lab.publisher(), consumer)
    path = recording.end(frames=SECONDS * lab.load.rate)
    seen = times_each(lab, [frame for _, frame, _ in Pcap.frames(path)])
    happened(seen == {1: SECONDS * lab.load.rate}, f"each datagram is there once: {seen}")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "net_duplication", tools=("tcpdump",), evidence="capture", at="info")
def the_path_doubles_some(lab):
    """The path brings a part of the packets twice, the second time a hop later; the capture has one place only."""
    every = lab.dice.between(3, 12)
    rule = f"down duplicate every={every} gap_us={lab.dice.between(20, 900)} port={lab.wiring.ports[0]}"
    relay, consumer = sent_through(lab, [rule])
    recording = lab.record("udp", namespace=lab.host)
    feed(lab, lab.publisher(), consumer)
    doubled = len(relay.journal("duplicate"))
    path = recording.end(frames=SECONDS * lab.load.rate + doubled)
    seen = times_each(lab, [frame for _, frame, _ in Pcap.frames(path)])
    happened(seen[2] == doubled == SECONDS * lab.load.rate // every, f"the relay doubled {doubled}: {seen}")
    return lab.answer(lab.analyze(path))
