# SPDX-License-Identifier: Apache-2.0
"""Packets of a line overtake each other on the way; nothing is lost."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, dumpcap, frames_of, happened
from wirecause_lab.frames import number_of, numbers_of, port_of

SECONDS = 1


def firsts(lab, frames, line="A"):
    """Numbers of the line's datagrams in the order in which they came."""
    port = lab.wiring.ports["AB".index(line)]
    return [number_of(frame, lab.load.framing) for frame in frames if port_of(frame) == port]


def late(numbers):
    """Datagrams that came after a higher number."""
    count, highest = 0, 0
    for number in numbers:
        count += number < highest
        highest = max(highest, number)
    return count


def captured(lab, *rules):
    """The feed through a relay, recorded on the host: path, datagrams that came late in it."""
    _, recording, publisher = lab.recorded(*rules, seconds=SECONDS)
    path = recording.end(frames=SECONDS * lab.load.rate)
    frames = [frame for _, frame, _ in Pcap.frames(path)]
    happened(len(publisher.truth().published() - numbers_of(frames, lab.load, lab.wiring.ports[0])) == 0, "nothing is lost")
    return path, late(firsts(lab, frames))


def overtaking(lab):
    """A rule: now and then a datagram waits until a few later ones have passed it."""
    return f"down reorder every={lab.dice.between(20, 80)} behind={lab.dice.between(1, 12)} port={lab.wiring.ports[0]}"


@case(FAULT, "net_reordering", tools=("tcpdump",), evidence="capture", at="info")
def overtaken(lab):
    """Every n-th datagram is overtaken by a few later ones."""
    path, count = captured(lab, overtaking(lab))
    happened(count > 0, "some should come late")
    return lab.answer(lab.analyze(path))


@case(FAULT, "net_reordering", tools=("tcpdump",), evidence="capture", at="info")
def two_ways(lab):
    """A bundle of two links spreads the line by packet, and one of them is a little slower."""
    rule = (f"down delay us={lab.dice.between(300, 1500)} jitter_us={lab.dice.between(50, 400)} ordered=no "
            f"probability=0.{lab.dice.between(20, 50)} port={lab.wiring.ports[0]}")
    path, count = captured(lab, rule)
    happened(count > 0, "some should come late")
    return lab.answer(lab.analyze(path))


@case(FAULT, "net_reordering", at="info")
def watched(lab):
    """The same, seen live on the host: the reader misses nothing."""
    lab.pair(relayed="A")
    relay, consumer = lab.relay("A", overtaking(lab)), lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_read(SECONDS * lab.load.rate * lab.load.step)  # the last of them may be held
    happened(len(relay.journal("reorder")) > 0 == len(lab.missed(consumer)), "some come late, none is missed")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(TWIN, tools=("tcpdump",), evidence="capture")
def slower_in_order(lab):
    """The path delays everything, by a time that varies, and keeps the order."""
    path, count = captured(lab, f"down delay us={lab.dice.between(300, 3000)} jitter_us={lab.dice.between(50, 2000)}")
    happened(count == 0, f"nothing should come late: {count}")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "net_line_loss", tools=("dumpcap",), evidence="capture")
def the_other_line_fills(lab):
    """Line A loses some and line B brings them later: late for the feed, lost on the line."""
    lab.two_lines(relayed="AB")
    holes = lab.dice.numbers(50, SECONDS * lab.load.rate - 50, holes=lab.dice.between(2, 5))
    relay = lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges(holes)))
    lab.relay("B", f"down delay us={lab.dice.between(500, 2500)}")
    recording, publisher = dumpcap(lab, *lab.wiring.feeds), lab.publisher("A", "B")
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    last = publisher.next - lab.load.step
    path = recording.end(lambda found: all(last in firsts(lab, (f for _, _, f in found), line) for line in "AB"))
    frames = [frame for _, _, frame in frames_of(path)]
    lost = relay.numbers("loss", lab.load.step)
    happened(len(lost) > 0 and publisher.truth().published("A") - numbers_of(frames, lab.load, lab.wiring.ports[0]) == lost
             and sum(recording.dropped.values()) == 0, f"line A lacks what the relay took: {lost}")
    return lab.answer(lab.analyze(path), lost=len(lost))
