# SPDX-License-Identifier: Apache-2.0
"""What stands in the frames of a capture: the feed's numbers, and changes that keep the checksums right."""
import struct

from .checksum import folded
from .draw import FIELD
from .numbers import Numbers

ETHERNET, IP, UDP = 14, 20, 8
PAYLOAD = ETHERNET + IP + UDP  # of the feed's frames: no tag, no option


def port_of(frame):
    """Destination port of a UDP datagram over IPv4, else None."""
    is_udp = len(frame) >= PAYLOAD and frame[12:14] == b"\x08\x00" and frame[23] == 17
    return struct.unpack_from(">H", frame, ETHERNET + IP + 2)[0] if is_udp else None


def number_of(frame, framing):
    """The number that a datagram of the feed begins with."""
    offset, width, order = FIELD[framing].split(",")
    at = PAYLOAD + int(offset)
    return int.from_bytes(frame[at:at + int(width)], order)


def numbers_of(frames, load, port):
    """The feed's numbers in these frames (bytes each)."""
    firsts = (number_of(frame, load.framing) for frame in frames if port_of(frame) == port)
    return Numbers((first, first + load.step) for first in firsts)


def has_good_checksum(frame):
    """Of the UDP checksum; one that is absent (0) is good."""
    start = ETHERNET + IP
    datagram = frame[start:start + struct.unpack_from(">H", frame, start + 4)[0]]
    if datagram[6:8] == b"\0\0":
        return True
    return folded(frame[26:34] + struct.pack(">HH", 17, len(datagram)) + datagram + b"\0" * (len(datagram) % 2)) == 0


def with_checksums(frame):
    """The frame, with the checksums of its IP header and UDP filled in."""
    f = bytearray(frame)
    start = ETHERNET + IP
    f[24:26] = b"\0\0"
    f[24:26] = struct.pack(">H", folded(bytes(f[ETHERNET:start])))
    f[start + 6:start + 8] = b"\0\0"
    datagram = bytes(f[start:])
    f[start + 6:start + 8] = struct.pack(">H", folded(bytes(f[26:34]) + struct.pack(">HH", 17, len(datagram)) + datagram
                                                      + b"\0" * (len(datagram) % 2)) or 0xFFFF)
    return bytes(f)


def with_ttl(frame, ttl):
    f = bytearray(frame)
    f[22] = ttl
    return with_checksums(bytes(f))
