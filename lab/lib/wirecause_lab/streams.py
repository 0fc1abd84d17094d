# SPDX-License-Identifier: Apache-2.0
"""The feed beside streams of others on its interface: numbers, framing, group and port of each its own."""
import dataclasses

from .draw import FRAMINGS
from .dumpcap import frames_of
from .frames import number_of, numbers_of, port_of
from .waiting import wait_until


def several_streams(lab, unrelated=3):
    """{port: publisher}, that of the feed first."""
    feed = lab.publisher()
    feed.framing = lab.load.framing
    found = {lab.wiring.ports[0]: feed}
    for n, framing in enumerate([f for f in FRAMINGS if f != lab.load.framing][:unrelated]):
        port = lab.wiring.ports[0] + 100 + n
        found[port] = lab.publisher(f"A:{lab.wiring.nets[0]}.1:239.99.{n}.{n + 1}:{port}:{lab.wiring.lines[0]}", framing=framing)
        found[port].framing = framing
        found[port].do(f"jump numbers={lab.dice.between(5000, 9000) * (n + 2)}")
    return found


def all_send(lab, streams, packets):
    """All of them at once: the feed `packets`, each further one fewer."""
    for n, publisher in enumerate(streams.values(), 1):
        publisher.begin(f"send packets={packets // n} rate={lab.load.rate // n} count={lab.load.count} size={lab.load.size}")
    for publisher in streams.values():
        publisher.finish()


def close(lab, streams, frames):
    """Each sends a few more, one after the other and slowly, until its last datagram is among frames(): what is missing before
    it is known by number."""
    def has(port, publisher):
        last = publisher.next - loads_of(lab, streams)[port].step
        return any(port_of(frame) == port and number_of(frame, publisher.framing) == last for frame in frames())

    for port, publisher in streams.items():
        publisher.send(10, **{**lab.load.words, "rate": 100})
        wait_until(lambda port=port, publisher=publisher: has(port, publisher), f"the last datagram for port {port}")


def loads_of(lab, streams):
    return {port: dataclasses.replace(lab.load, framing=publisher.framing) for port, publisher in streams.items()}


def lacking(lab, streams, frames):
    """{port: units that were published and are not in these frames}"""
    loads = loads_of(lab, streams)
    return {port: len(publisher.truth().published() - numbers_of(frames, loads[port], port)) for port, publisher in streams.items()}


def ended(lab, recording, lines):
    """Path of dumpcap's capture once the last datagram of each line is in it, and what it lacks of each line's units."""
    ports, last = dict(zip(lines, lab.wiring.ports)), lab.publishers[0].next - lab.load.step

    def has_last(frames):
        seen = {(port_of(frame), number_of(frame, lab.load.framing)) for _, _, frame in frames}
        return all((port, last) in seen for port in ports.values())

    frames = [frame for _, _, frame in frames_of(recording.end(has_last))]
    truth = lab.publishers[0].truth()
    return recording.path, {line: truth.published(line) - numbers_of(frames, lab.load, port) for line, port in ports.items()}
