# SPDX-License-Identifier: Apache-2.0
"""The path brings some packets of a line twice; seen in a capture alone."""
import collections

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened

SECONDS = 1


def captured(lab, *rules):
    """The feed through a relay, recorded on the host: path of the capture, numbers that the relay doubled."""
    relay, recording, _ = lab.recorded(*rules, seconds=SECONDS)
    doubled = relay.numbers("duplicate", lab.load.step)
    path = recording.end(frames=SECONDS * lab.load.rate + len(doubled) // lab.load.step)
    happened(recording.dropped == 0, f"tcpdump dropped {recording.dropped}")
    return path, doubled


def twice_in(path):
    """Frames that the capture holds more than once."""
    return sum(n > 1 for n in collections.Counter(frame for _, frame, _ in Pcap.frames(path)).values())


@case(FAULT, "net_duplication", tools=("tcpdump",), evidence="capture", at="info")
def every_nth_comes_again(lab):
    """Every n-th datagram comes again, at once or a little later."""
    rule = f"down duplicate every={lab.dice.between(15, 60)} gap_us={lab.dice.pick(0, 80, 700)} port={lab.wiring.ports[0]}"
    path, doubled = captured(lab, rule)
    happened(twice_in(path) * lab.load.step == len(doubled) > 0, f"the relay doubled {doubled}, the capture has {twice_in(path)}")
    return lab.answer(lab.analyze(path))


@case(TWIN, tools=("tcpdump",), evidence="capture")
def once_each(lab):
    """The same path doubles nothing."""
    path, _ = captured(lab)
    happened(twice_in(path) == 0, "nothing is twice in the capture")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "capture_duplicated", tools=("tcpdump",), evidence="replay", at="info")
def the_tap_doubles(lab):
    """The tap delivers every packet twice, a constant time apart: written so from a capture in which each is once."""
    path, _ = captured(lab)
    copy, gap = Pcap(lab.file("doubled.pcap")), lab.dice.between(1_000, 20_000)
    twice = sorted((t + later, frame, length) for t, frame, length in Pcap.frames(path) for later in (0, gap))
    for t, frame, length in twice:
        copy.add(t, frame, length)
    happened(twice_in(copy.close()) >= SECONDS * lab.load.rate, "every packet is there twice")
    return lab.answer(lab.analyze(copy.path))
