# SPDX-License-Identifier: Apache-2.0
"""The stamps of the capture go back: its order or its clock cannot be trusted."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened
from wirecause_lab.frames import numbers_of

SECONDS = 1
JITTER_NS = 1_000_000  # stamps of two CPUs are out of step by microseconds in healthy captures, too


def captured(lab, *rules):
    """The feed through a relay, recorded on the host: its frames [(time_ns, frame, length)], and the path."""
    relay, recording, publisher = lab.recorded(*rules, seconds=SECONDS)
    path = recording.end(frames=SECONDS * lab.load.rate)
    frames = Pcap.frames(path)
    seen = numbers_of((frame for _, frame, _ in frames), lab.load, lab.wiring.ports[0])
    happened(recording.dropped == 0 and len(publisher.truth().published() - seen) == 0, "all of the feed is in the capture")
    return relay, path, frames


def backward(frames, by=0):
    """Packets that are stamped earlier than the one before."""
    return sum(b[0] + by < a[0] for a, b in zip(frames, frames[1:]))


def written(lab, frames):
    copy = Pcap(lab.file("changed.pcap"))
    for frame in frames:
        copy.add(*frame)
    return copy.close()


@case(FAULT, "capture_clock", tools=("tcpdump",), evidence="replay", at="info")
def a_step_of_the_clock(lab):
    """The clock that stamps is set back once, by milliseconds to minutes; the packets are in order."""
    _, path, frames = captured(lab)
    at, step = lab.dice.between(len(frames) // 4, len(frames) * 3 // 4), lab.dice.between(5, 120_000) * 1_000_000
    changed = frames[:at] + [(t - step, frame, length) for t, frame, length in frames[at:]]
    happened(backward(frames, JITTER_NS) == 0 < backward(changed, JITTER_NS), "the stamps go back where the clock was set")
    return lab.answer(lab.analyze(written(lab, changed)))


@case(FAULT, "capture_clock", tools=("tcpdump",), evidence="replay", at="info")
def two_queues(lab):
    """Two queues of the adapter are read in turn, each a batch: the stamps are right, the order in the file is not."""
    _, path, frames = captured(lab)
    batch, queues = lab.dice.between(8, 40), lab.dice.between(2, 3)
    changed = []
    for at in range(0, len(frames), batch):
        part = frames[at:at + batch]
        for queue in range(queues):
            changed += part[queue::queues]
    happened(backward(changed) >= len(frames) // batch // 2, "the stamps go back in each batch")
    return lab.answer(lab.analyze(written(lab, changed)))


@case(TWIN, tools=("tcpdump",), evidence="capture")
def a_clock_that_goes_on(lab):
    """The same capture as it was recorded."""
    _, path, frames = captured(lab)
    happened(backward(frames, JITTER_NS) == 0, "the stamps go forward")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "net_reordering", tools=("tcpdump",), evidence="capture", at="info")
def the_path_reorders(lab):
    """The path lets packets pass each other; the stamps go forward."""
    rule = f"down reorder every={lab.dice.between(20, 60)} behind={lab.dice.between(1, 6)} port={lab.wiring.ports[0]}"
    relay, path, frames = captured(lab, rule)
    happened(len(relay.journal("reorder")) > 0 == backward(frames, JITTER_NS), "numbers out of order, stamps in order")
    return lab.answer(lab.analyze(path))
