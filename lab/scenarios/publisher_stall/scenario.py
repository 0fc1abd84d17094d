# SPDX-License-Identifier: Apache-2.0
"""The publisher sends nothing for longer than three heartbeats, and then goes on where it stopped."""
import struct

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened, wait_until
from wirecause_lab.kernel import carrier_changes

HEARTBEATS = {"iex": 1, "cta": 10, "cme": 30}  # seconds, of the framings that bear send times
PAYLOAD = 42
STALL_MS = (3150, 4200)


def around(lab, consumers, publisher, quiet):
    """Sends, is quiet as told, and sends again: nothing may be missed."""
    publisher.send(lab.load.rate // 3, **lab.load.words)
    quiet()
    publisher.send(lab.load.rate // 4, **lab.load.words)
    for line, consumer in consumers.items():
        consumer.wait_drained()
        happened(len(lab.missed(consumer, line)) == 0, f"nothing is missed on line {line}")
    return {consumer: 0 for consumer in consumers.values()}


@case(FAULT, "publisher_stall", framings=("iex",), rate=(2500, 4000))
def one_line(lab):
    """The only line is silent; send times show the pause."""
    lab.pair()
    consumers = {"A": lab.consumer()}
    watch, publisher = lab.watch(), lab.publisher()
    missed = around(lab, consumers, publisher, lambda: publisher.pause(ms=lab.dice.between(*STALL_MS)))
    return lab.answer(watch.end(), missed=missed)


@case(FAULT, "publisher_stall", framings=("iex",), rate=(2500, 4000))
def all_lines(lab):
    """Both lines are silent together."""
    lab.two_lines()
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    missed = around(lab, consumers, publisher, lambda: publisher.pause(ms=lab.dice.between(*STALL_MS)))
    return lab.answer(watch.end(), missed=missed)


def later(framing, frame, ns):
    """The frame as it would have been sent so much later: its send time, and the checksum of a CTA block."""
    payload = bytearray(frame[PAYLOAD:])
    if framing == "cta":
        seconds, fraction = struct.unpack_from(">II", payload, 10)
        struct.pack_into(">II", payload, 10, *divmod(seconds * 10**9 + fraction + ns, 10**9))
        struct.pack_into(">H", payload, 18, (sum(payload) - payload[18] - payload[19]) & 0xFFFF)
    else:
        at = {"iex": (32,), "cme": (4, 22)}[framing]
        for offset in at:
            struct.pack_into("<Q", payload, offset, struct.unpack_from("<Q", payload, offset)[0] + ns)
    return frame[:PAYLOAD] + bytes(payload)


def stretched(lab, heartbeats):
    """A capture of the feed in which all that was sent from a number on was sent, and came, so many heartbeats later."""
    lab.pair()
    recording, publisher, consumer = lab.record(f"udp port {lab.wiring.ports[0]}"), lab.publisher(), lab.consumer()
    publisher.send(lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    frames = Pcap.frames(recording.end(frames=lab.load.rate))
    happened(recording.dropped == 0 and len(lab.missed(consumer)) == 0, f"the capture is whole: {recording.dropped}")
    copy, half = Pcap(lab.file("stretched.pcap")), len(frames) * lab.dice.between(40, 70) // 100
    quiet = int(heartbeats * HEARTBEATS[lab.load.framing] * 10**9)
    for i, (t, frame, length) in enumerate(frames):
        copy.add(t + quiet, later(lab.load.framing, frame, quiet), length) if i >= half else copy.add(t, frame, length)
    times = [t for t, _, _ in Pcap.frames(copy.close())]
    happened(times[half] - times[half - 1] >= quiet, "the capture is silent in the middle")
    return lab.answer(lab.analyze(copy.path))


@case(FAULT, "publisher_stall", framings=tuple(HEARTBEATS), tools=("tcpdump",), evidence="replay")
def in_a_capture(lab):
    """Recorded without a pause, and stretched by 3.2 to 8 heartbeats of the framing: arrivals and send times."""
    return stretched(lab, lab.dice.between(32, 80) / 10)


@case(TWIN, framings=tuple(HEARTBEATS), tools=("tcpdump",), evidence="replay")
def not_long_in_a_capture(lab):
    """The same capture, stretched by less than three heartbeats."""
    return stretched(lab, lab.dice.between(5, 27) / 10)


@case(TWIN, framings=("iex", "mold", "pitch"))
def with_heartbeats(lab):
    """No message for as long, but the publisher says that it is there."""
    lab.pair()
    consumers = {"A": lab.consumer()}
    watch, publisher = lab.watch(), lab.publisher()
    every = lab.dice.between(200, 900)
    missed = around(lab, consumers, publisher, lambda: publisher.do(f"heartbeat times={3600 // every} every_ms={every}"))
    return lab.answer(watch.end(), missed=missed)


@case(TWIN)
def a_short_pause(lab):
    """Less than the three heartbeats of any framing."""
    lab.pair()
    consumers = {"A": lab.consumer()}
    watch, publisher = lab.watch(), lab.publisher()
    missed = around(lab, consumers, publisher, lambda: publisher.pause(ms=lab.dice.between(300, 2600)))
    return lab.answer(watch.end(), missed=missed)


@case(LOOK_ALIKE, "link_flap", framings=("iex",), rate=(500, 1500))
def the_link_is_down(lab):
    """As long a silence, but the publisher goes on and the host's carrier is gone: the numbers jump."""
    lab.switched()
    consumer, feed = lab.consumer(), lab.wiring.feeds[0]
    before = carrier_changes(lab.host, feed)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 3, **lab.load.words)
    consumer.wait_drained()
    lab.switch.run("ip", "link", "set", "port1", "down")
    publisher.send(lab.load.rate * lab.dice.between(*STALL_MS) // 1000, **lab.load.words)
    lab.switch.run("ip", "link", "set", "port1", "up")
    wait_until(lambda: lab.switch.read("/sys/class/net/port1/brport/state").strip() == "3", "the switch's port forwards again", 40)
    publisher.send(lab.load.rate // 4, **lab.load.words)
    consumer.wait_drained()
    missed = lab.missed(consumer)
    happened(carrier_changes(lab.host, feed) == before + 2 and len(missed) > 0, f"the carrier went and came back: {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})
