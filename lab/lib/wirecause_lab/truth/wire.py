# SPDX-License-Identifier: Apache-2.0
"""TCP packets of a capture, by the lab's own means, and which bytes of a sender stand in them."""
import dataclasses
import struct

from ..recording import Pcap

FIN, SYN, RST, ACK = 1, 2, 4, 16
IP = 14


@dataclasses.dataclass
class Packet:
    frame: int  # number in its file, from 1
    time: int
    source: int  # port
    target: int
    seq: int
    ack: int
    flags: int
    window: int
    length: int
    ip_id: int
    stamp: tuple  # (value, echo), or None
    sack: list
    options: bytes

    @property
    def space(self):
        return self.length + bool(self.flags & SYN) + bool(self.flags & FIN)

    @property
    def end(self):
        return (self.seq + self.space) & 0xFFFFFFFF

    @property
    def key(self):
        """Tells transmissions apart: the kernel gives each packet of a connection an IP id of its own."""
        return (self.source, self.ip_id, self.seq, self.length, self.flags, self.ack)


def before(a, b):
    """Sequence numbers, which wrap."""
    return (a - b) & 0xFFFFFFFF > 0x7FFFFFFF


def options_of(data):
    stamp, sack, at = None, [], 0
    while at < len(data) and data[at] != 0:
        if data[at] == 1:
            at += 1
            continue
        if at + 1 >= len(data) or data[at + 1] < 2:
            break
        kind, size = data[at], data[at + 1]
        body = data[at + 2:at + size]
        if kind == 8 and len(body) == 8:
            stamp = struct.unpack(">II", body)
        elif kind == 5:
            words = struct.unpack(f">{len(body) // 4}I", body)
            sack = list(zip(words[::2], words[1::2]))
        at += size
    return stamp, sack


def packet_of(number, time, frame):
    """Of Ethernet, IPv4 and TCP without tags; else None."""
    if len(frame) < IP + 40 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    ip_size = (frame[IP] & 15) * 4
    total, ip_id = struct.unpack_from(">HH", frame, IP + 2)
    at = IP + ip_size
    source, target, seq, ack = struct.unpack_from(">HHII", frame, at)
    size = (frame[at + 12] >> 4) * 4
    flags, window = frame[at + 13], struct.unpack_from(">H", frame, at + 14)[0]
    options = frame[at + 20:at + size]
    stamp, sack = options_of(options)
    return Packet(number, time, source, target, seq, ack, flags, window, total - ip_size - size, ip_id, stamp, sack, options)


def packets_of(path):
    found = (packet_of(i + 1, time, frame) for i, (time, frame, _) in enumerate(Pcap.frames(path)))
    return [packet for packet in found if packet is not None]


def sent_by(packets, port):
    """Those with bytes, a SYN or a FIN."""
    return [p for p in packets if p.source == port and p.space]
