# SPDX-License-Identifier: Apache-2.0
"""The capture is taken where checksums are not filled in yet and large segments are not cut: what looks damaged is not."""
import sys

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Pcap, case, happened
from wirecause_lab.frames import has_good_checksum
from wirecause_lab.lab import plain_frames

SECONDS = 1
SERVER = """import socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
c = s.accept()[0]
while c.recv(65536): pass
print("read", flush=True)
sys.stdin.readline()"""
CLIENT = """import socket, sys
c = socket.create_connection((sys.argv[1], int(sys.argv[2])))
c.sendall(bytes(int(sys.argv[3])))
c.close()
print("sent", flush=True)
sys.stdin.readline()"""


def captured(lab, plain, line=None):
    """The feed, recorded on the host: path, packets whose checksum is bad. `plain`: the sender fills them in."""
    lab.pair()
    if plain:
        plain_frames(lab.publisher_side, lab.wiring.lines[0])
    recording = lab.record(f"udp port {lab.wiring.ports[0]}")
    publisher, consumer = lab.publisher(*([line] if line else [])), lab.consumer()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, "the application has all")
    path = recording.end(frames=SECONDS * lab.load.rate)
    return path, sum(not has_good_checksum(frame) for _, frame, _ in Pcap.frames(path))


@case(FAULT, "capture_offload_artifact", tools=("tcpdump",), evidence="capture", at="info")
def checksums_not_filled_in(lab):
    """Behind a veth pair whose sender leaves checksums to the adapter, which there is none."""
    path, bad = captured(lab, plain=False)
    happened(bad >= SECONDS * lab.load.rate * 9 // 10, f"(nearly) all should be bad: {bad}")
    return lab.answer(lab.analyze(path))


def bulk(lab, plain):
    """A transfer by TCP, recorded on the host: path, frames above the MTU."""
    lab.pair()
    for namespace, name in ((lab.publisher_side, lab.wiring.lines[0]), (lab.host, lab.wiring.feeds[0])) if plain else ():
        plain_frames(namespace, name)
    address, port = f"{lab.wiring.nets[0]}.2", lab.wiring.ports[0]
    server = lab.talker(lab.host, sys.executable, "-c", SERVER, address, port)
    server.hear()
    recording = lab.record(f"tcp port {port}")
    client = lab.talker(lab.publisher_side, sys.executable, "-c", CLIENT, address, port, lab.dice.between(300_000, 3_000_000))
    client.hear()
    server.hear()
    path = recording.end(frames=20)
    return path, sum(length > 1514 for _, _, length in Pcap.frames(path))


@case(FAULT, "capture_offload_artifact", tools=("tcpdump",), evidence="capture", at="info")
def segments_above_the_mtu(lab):
    """A bulk transfer over TCP whose segments nobody cuts."""
    path, large = bulk(lab, plain=False)
    happened(large >= 5, f"frames should be above the MTU: {large}")
    return lab.answer(lab.analyze(path))


@case(TWIN, tools=("tcpdump",), evidence="capture")
def no_offload(lab):
    """The same feed, and the sender fills its checksums in."""
    path, bad = captured(lab, plain=True)
    happened(bad == 0, f"none should be bad: {bad}")
    return lab.answer(lab.analyze(path))


@case(TWIN, tools=("tcpdump",), evidence="capture")
def cut_segments(lab):
    """The same transfer without offloads: frames of the MTU."""
    path, large = bulk(lab, plain=True)
    happened(large == 0, f"none should be above the MTU: {large}")
    return lab.answer(lab.analyze(path))


@case(LOOK_ALIKE, "kernel_checksum")
def damage(lab):
    """A few datagrams among whole ones have a wrong checksum: the kernel drops them."""
    lab.pair()
    every, consumer = lab.dice.between(20, 80), lab.consumer()
    watch, publisher = lab.watch(), lab.publisher(lab.line_words("A", "raw"))
    publisher.send(SECONDS * lab.load.rate, bad_every=every, **lab.load.words)
    consumer.wait_drained()
    missed, damaged = lab.missed(consumer), publisher.truth().damaged()
    happened(missed == damaged and len(damaged) > 0, f"damaged {damaged}, missed {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})
