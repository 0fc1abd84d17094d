# SPDX-License-Identifier: Apache-2.0
"""The capture keeps only the beginning of packets."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened
from wirecause_lab.frames import PAYLOAD, has_good_checksum
from wirecause_lab.lab import plain_frames

SECONDS = 1


def captured(lab, *words, plain=True):
    """The feed, recorded by tcpdump with these options: path, packets of which a part is not in the file."""
    lab.pair()
    if plain:
        plain_frames(lab.publisher_side, lab.wiring.lines[0])
    recording = lab.record(*words, f"udp port {lab.wiring.ports[0]}")
    publisher, consumer = lab.publisher(), lab.consumer()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    path = recording.end(frames=SECONDS * lab.load.rate)
    happened(recording.dropped == 0, f"tcpdump dropped {recording.dropped}")
    return path, sum(len(frame) < length for _, frame, length in Pcap.frames(path))


@case(FAULT, "capture_truncated", tools=("tcpdump",), evidence="capture")
def cut_in_the_headers(lab):
    """The snap length ends in the headers, or in the first bytes of the feed's own: nothing of the feed can be counted."""
    path, cut = captured(lab, "-s", lab.dice.between(38, PAYLOAD + 3))
    happened(cut == SECONDS * lab.load.rate, f"every packet should be cut: {cut}")
    return lab.answer(lab.analyze(path))


@case(FAULT, "capture_truncated", tools=("tcpdump",), evidence="capture", at="info", framings=("mold", "iex", "cta"),
      size=(60, 120))
def cut_in_the_messages(lab):
    """The snap length ends behind the feed's header: numbers and counts are whole."""
    path, cut = captured(lab, "-s", lab.dice.between(PAYLOAD + 40, PAYLOAD + 54))
    happened(cut == SECONDS * lab.load.rate, f"every packet should be cut: {cut}")
    return lab.answer(lab.analyze(path))


@case(TWIN, tools=("tcpdump",), evidence="capture")
def long_enough(lab):
    """A snap length above the largest packet: nothing is cut."""
    path, cut = captured(lab, "-s", lab.dice.between(600, 2000))
    happened(cut == 0, f"nothing should be cut: {cut}")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "capture_offload_artifact", tools=("tcpdump",), evidence="capture", at="info")
def unusable_for_another_reason(lab):
    """Whole packets whose checksums nobody has filled in yet: damaged to look at, and nothing of them is missing."""
    path, cut = captured(lab, "-s", 2000, plain=False)
    bad = sum(not has_good_checksum(frame) for _, frame, _ in Pcap.frames(path))
    happened(cut == 0 and bad >= SECONDS * lab.load.rate * 9 // 10, f"none cut, (nearly) all checksums bad: {cut}, {bad}")
    return lab.answer(lab.analyze(path))
