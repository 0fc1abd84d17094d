# SPDX-License-Identifier: Apache-2.0
"""Some datagrams were damaged on their way: their UDP checksum is wrong, that of the others is right."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Kernel, case, happened

SECONDS = 1
PAST_HEADERS = 44  # bytes of payload before the messages' own, whatever the framing


def sent_raw(lab, bad_every):
    """The feed in frames of the publisher's own making, with checksums filled in; one in `bad_every` is wrong (0: none)."""
    lab.pair()
    consumer, kernel = lab.consumer(), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher(lab.line_words("A", "raw"))
    publisher.send(SECONDS * lab.load.rate, bad_every=bad_every, **lab.load.words)
    consumer.wait_drained()
    return watch, consumer, lab.missed(consumer), publisher.truth().damaged(), kernel.growth("UdpInCsumErrors")


def damaged_at_the_sender(lab):
    watch, consumer, missed, damaged, counted = sent_raw(lab, lab.dice.between(12, 40))
    happened(missed == damaged and len(missed) > 0, f"missed should be {damaged}, and is {missed}")
    happened(counted * lab.load.step == len(missed), f"InCsumErrors grew by {counted}, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(FAULT, "kernel_checksum", count=(1, 1), size=(30, 40))
def small_datagrams(lab):
    """One in so many has a wrong checksum; the kernel looks at small ones (76 bytes) on arrival."""
    return damaged_at_the_sender(lab)


@case(FAULT, "kernel_checksum", count=(2, 4), size=(150, 300))
def large_datagrams(lab):
    """The same of large ones, at which it looks when the application reads."""
    return damaged_at_the_sender(lab)


@case(FAULT, "kernel_checksum", framings=("mold", "cme", "iex", "pitch"), count=(2, 4), size=(60, 200))
def a_bit_turns_over_on_the_way(lab):
    """The path turns over a bit of the payload, as a switch's bad memory does; the datagram keeps its checksum."""
    lab.pair(relayed="A")
    consumer, kernel, port = lab.consumer(), Kernel(lab.host), lab.wiring.ports[0]
    relay = lab.relay("A", f"down corrupt every={lab.dice.between(12, 40)} offset={lab.dice.between(PAST_HEADERS, 56)} "
                      f"bit={lab.dice.between(0, 7)} port={port}")
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    missed, counted = lab.missed(consumer), kernel.growth("UdpInCsumErrors")
    happened(missed == relay.numbers("corrupt", lab.load.step) and len(missed) > 0, f"missed is what was damaged: {missed}")
    happened(counted * lab.load.step == len(missed), f"InCsumErrors grew by {counted}, missed are {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(TWIN)
def whole_datagrams(lab):
    """The same frames, all of them whole."""
    watch, consumer, missed, _, counted = sent_raw(lab, 0)
    happened(counted == 0 and len(missed) == 0, f"nothing is damaged: {counted}, {missed}")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(TWIN)
def not_filled_in(lab):
    """The trap: a sender on a software link fills in no checksum, the tap sees all of them wrong, the kernel knows better."""
    lab.pair()
    consumer, kernel = lab.consumer(), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    happened(kernel.growth("UdpInCsumErrors") == 0 == len(lab.missed(consumer)), "the kernel accepts all of them")
    return lab.answer(watch.end(), missed={consumer: 0})


def captured(lab):
    lab.pair()
    recording = lab.record(f"udp port {lab.wiring.ports[0]}")
    publisher, consumer = lab.publisher(), lab.consumer()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    path = recording.end(frames=SECONDS * lab.load.rate)
    happened(recording.dropped == 0, f"tcpdump dropped {recording.dropped}")
    return path, lab.missed(consumer)


@case(LOOK_ALIKE, "capture_offload_artifact", tools=("tcpdump",), evidence="capture", at="info")
def a_capture_of_offloaded_checksums(lab):
    """In a capture behind a software link all checksums are wrong: they were never filled in, and nothing is damaged."""
    path, missed = captured(lab)
    happened(len(missed) == 0, f"the kernel accepts all of them: {missed}")
    return lab.answer(lab.analyze(path))
