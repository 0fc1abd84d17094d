# SPDX-License-Identifier: Apache-2.0
"""Frames that lie: seeded, so that a failure can be repeated. Built by hand; nothing of wirecause is used."""
import ipaddress
import random
import struct

FROM_MAC = bytes.fromhex("020000770003")


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data[:len(data) // 2 * 2])) + (data[-1] << 8 if len(data) % 2 else 0)
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def group_mac(group):
    return bytes([1, 0, 0x5e]) + (int(ipaddress.IPv4Address(group)) & 0x7fffff).to_bytes(3, "big")


def ip(source, group, protocol, payload, options=b""):
    header = struct.pack(">BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 7, 0, 8, protocol, 0,
                         ipaddress.IPv4Address(source).packed, ipaddress.IPv4Address(group).packed) + options
    header = header[:10] + checksum(header).to_bytes(2, "big") + header[12:]
    return group_mac(group) + FROM_MAC + b"\x08\x00" + header + payload


def udp(source, group, port, payload):
    return ip(source, group, 17, struct.pack(">HHHH", 30001, port, 8 + len(payload), 0) + payload)


def mold(number, count=1, session=b"LIVETEST01", body=b"x" * 40):
    return session + struct.pack(">QH", number, count) + struct.pack(">H", len(body)) * (count > 0) + body * (count > 0)


def igmp(kind, body):
    message = bytes([kind, 10, 0, 0]) + body
    return message[:2] + checksum(message).to_bytes(2, "big") + message[4:]


def truncated_igmp():
    """Queries and reports of IGMPv1 to v3, cut at every byte, and records that promise more than there is."""
    query3 = igmp(0x11, bytes(4) + struct.pack(">BBH", 2, 125, 0xffff) + bytes(8))
    report2 = igmp(0x16, ipaddress.IPv4Address("239.77.1.1").packed)
    report3 = igmp(0x22, struct.pack(">HH", 0, 0xffff) + struct.pack(">BBH", 4, 255, 0xffff) + bytes(12))
    for whole, group in ((query3, "224.0.0.1"), (report2, "239.77.1.1"), (report3, "224.0.0.22")):
        for length in range(len(whole)):
            cut = whole[:length]
            if length >= 4:
                cut = cut[:2] + b"\0\0" + cut[4:]
                cut = cut[:2] + checksum(cut).to_bytes(2, "big") + cut[4:]
            yield ip("10.77.1.1", group, 2, cut, options=b"\x94\x04\0\0")


def lying_frames(count, seed):
    """Feed-like frames for groups that nobody has joined, cut, with lengths that lie, and with bytes turned over."""
    dice = random.Random(seed)
    for _ in range(count):
        group, port = f"239.88.{dice.randrange(256)}.{dice.randrange(256)}", dice.randrange(1, 65536)
        frame = bytearray(udp("10.77.1.1", group, port, mold(dice.getrandbits(64), dice.choice((0, 1, 2, 0xffff)))))
        for _ in range(dice.randrange(4)):
            at = dice.randrange(12, len(frame))
            frame[at] = dice.randrange(256)
        if dice.random() < 0.3:
            frame = frame[:dice.randrange(14, len(frame))]
        if dice.random() < 0.1:
            frame[12:12] = dice.choice((b"\x81\x00\x00\x64", b"\x88\xa8\x00\x01\x81\x00\x00\x02", b"\x88\x47\x00\x01\x01\x40"))
        yield bytes(frame)
