# SPDX-License-Identifier: Apache-2.0
"""The publisher restarts: its numbers begin again, on all lines."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened
from wirecause_lab.frames import number_of, port_of
from wirecause_lab.lab import plain_frames

SECONDS = 1


def half(lab, publisher):
    publisher.send(SECONDS * lab.load.rate // 2, **lab.load.words)


def restarted(lab, publisher, *lines):
    """The publisher dies and another takes its place, whose numbers begin at 1."""
    publisher.end()
    return lab.publisher(*lines)


def captured(lab, again, session=False):
    """The feed recorded on the host, its publisher restarted half-way or not: path, times that the number went back."""
    lab.pair()
    plain_frames(lab.publisher_side, lab.wiring.lines[0])
    recording, publisher = lab.record("udp"), lab.publisher()
    publisher.pause(ms=1)
    half(lab, publisher)
    publisher.pause(ms=lab.dice.between(20, 400))
    if session:
        publisher.restart()
    half(lab, restarted(lab, publisher, "A") if again and not session else publisher)
    path = recording.end(frames=SECONDS * lab.load.rate // 2 * 2)
    numbers = [number_of(f, lab.load.framing) for _, f, _ in Pcap.frames(path) if port_of(f) == lab.wiring.ports[0]]
    return path, sum(b < a for a, b in zip(numbers, numbers[1:]))


@case(FAULT, "publisher_restart", tools=("tcpdump",), evidence="capture")
def recorded(lab):
    """One line, seen in a capture alone."""
    path, back = captured(lab, again=True)
    happened(back == 1, f"the numbers should begin again once: {back}")
    return lab.answer(lab.analyze(path))


@case(FAULT, "publisher_restart", tools=("tcpdump",), evidence="capture", framings=("mold", "iex"))
def a_new_session(lab):
    """The publisher goes on under a new session, whose numbers begin at 1: the framing says so."""
    path, back = captured(lab, again=True, session=True)
    happened(back == 1, f"the numbers should begin again once: {back}")
    return lab.answer(lab.analyze(path))


def watched(lab, again):
    """Two lines, watched on the host, each with a consumer."""
    lab.two_lines()
    consumers = [lab.consumer(line) for line in "AB"]
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    half(lab, publisher)
    publisher.pause(ms=lab.dice.between(20, 400))
    half(lab, restarted(lab, publisher, "A", "B") if again else publisher)
    datagrams = [consumer.wait_drained()["datagrams"] for consumer in consumers]
    happened(datagrams == 2 * [SECONDS * lab.load.rate // 2 * 2], f"each consumer reads all datagrams: {datagrams}")
    return watch, {consumer: 0 for consumer in consumers}


@case(FAULT, "publisher_restart")
def live(lab):
    """Both lines, watched on the host: nobody misses anything."""
    watch, missed = watched(lab, again=True)
    return lab.answer(watch.end(), missed=missed)


@case(TWIN)
def a_pause(lab):
    """The publisher says nothing for a while and goes on where it stopped."""
    watch, missed = watched(lab, again=False)
    return lab.answer(watch.end(), missed=missed)


@case(TWIN, tools=("tcpdump",), evidence="capture")
def recorded_pause(lab):
    """The same in a capture."""
    path, back = captured(lab, again=False)
    happened(back == 0, f"the numbers should go on: {back}")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "net_common_loss")
def a_giant_gap(lab):
    """Both lines are dead for a while: the numbers jump by thousands, upwards."""
    lab.two_lines(relayed="AB")
    relays = [lab.relay(line, "down block name=dead on=no proto=udp") for line in "AB"]
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    half(lab, publisher)
    for relay in relays:
        relay.switch("dead", True)
    publisher.send(lab.dice.between(1500, 4000), rate=10_000, count=lab.load.count, size=lab.load.size)
    for relay in relays:
        relay.journal()
        relay.switch("dead", False)
    half(lab, publisher)
    lost = [relay.numbers("block", lab.load.step) for relay in relays]
    missed = {line: (consumer.wait_drained(), lab.missed(consumer, line))[1] for line, consumer in consumers.items()}
    happened(len(lost[0]) > 0 and lost[0] == lost[1] == missed["A"] == missed["B"], f"both lack the same: {lost}, {missed}")
    return lab.answer(watch.end(), lost=len(lost[0]), missed={consumers[line]: len(missed[line]) for line in "AB"})
