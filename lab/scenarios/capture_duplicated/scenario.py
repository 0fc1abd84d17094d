# SPDX-License-Identifier: Apache-2.0
"""The tap or mirror session delivers every packet twice."""
import collections
import json
import pathlib

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened
from wirecause_lab.bpf import CLANG, classify, compiled
from wirecause_lab.lab import plain_frames

SECONDS = 1
PROGRAM = pathlib.Path(__file__).parents[2] / "lib/programs/mirror.bpf.c"
TOOLS = ("tcpdump", "tc", CLANG)


def mirror(lab, *ports):
    """A mirror session on the switch: what passes these (port, direction) is copied to an interface where nothing else is."""
    tap = lab.namespace()
    for namespace in (lab.switch, tap):
        namespace.without_ipv6()
    lab.cable(lab.switch, "mirror0", tap, "tap0")
    number = json.loads(lab.switch.run("ip", "-j", "link", "show", "mirror0"))[0]["ifindex"]
    program = compiled(lab, PROGRAM, {"MIRROR": number})
    for port, direction in ports:
        classify(lab.switch, port, direction, program)
    return tap


def mirrored(lab, *ports):
    """The feed through the switch: path of what the mirror brought, {how often: packets that are there so often}."""
    lab.switched()
    plain_frames(lab.publisher_side, lab.wiring.lines[0])
    tap, consumer = mirror(lab, *ports), lab.consumer()
    recording = lab.record(f"udp port {lab.wiring.ports[0]}", namespace=tap, interface="tap0")
    publisher = lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, "the application has all")
    path = recording.end(frames=len(ports) * SECONDS * lab.load.rate)
    return path, collections.Counter(collections.Counter(frame for _, frame, _ in Pcap.frames(path)).values())


@case(FAULT, "capture_duplicated", tools=TOOLS, evidence="capture", at="info")
def both_ports_are_mirrored(lab):
    """The port where a packet enters the switch and the one where it leaves are mirrored onto one interface."""
    path, seen = mirrored(lab, ("port0", "ingress"), ("port1", "egress"))
    happened(seen == {2: SECONDS * lab.load.rate}, f"each packet is there twice: {seen}")
    return lab.answer(lab.analyze(path))


@case(TWIN, tools=TOOLS, evidence="capture")
def one_port_is_mirrored(lab):
    """The same with one direction of one port."""
    path, seen = mirrored(lab, lab.dice.pick(("port0", "ingress"), ("port1", "egress")))
    happened(seen == {1: SECONDS * lab.load.rate}, f"each packet is there once: {seen}")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "net_duplication", tools=("tcpdump",), evidence="capture", at="info")
def the_path_doubles_one_line(lab):
    """The path brings one of two lines twice; the tap takes each packet of either as it comes."""
    lab.two_lines(relayed="A")
    plain_frames(lab.publisher_side, lab.wiring.lines[1])
    relay = lab.relay("A", f"down duplicate every=1 gap_us={lab.dice.between(0, 200)} port={lab.wiring.ports[0]}")
    parts = [lab.record("udp", interface=name) for name in lab.wiring.feeds]
    consumer, publisher = lab.consumer("B"), lab.publisher("A", "B")
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    doubled = len(relay.journal("duplicate"))
    paths = [part.end(frames=n * SECONDS * lab.load.rate) for part, n in zip(parts, (2, 1))]
    copy = Pcap(lab.file("both.pcap"))
    for frame in sorted((frame for path in paths for frame in Pcap.frames(path)), key=lambda frame: frame[0]):
        copy.add(*frame)
    happened(doubled == SECONDS * lab.load.rate, f"the relay doubled {doubled}")
    return lab.answer(lab.analyze(copy.close()))
