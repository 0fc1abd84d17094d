# SPDX-License-Identifier: Apache-2.0
"""Frames of every tunnel that src/packet enters, written by hand from the RFCs, against tshark: both must find the same innermost
packet. decode_dump prints what enter_tunnels() says."""
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

DUMP = os.environ.get("WIRECAUSE_DECODE_DUMP", "")
FIELDS = ("ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "udp.srcport", "tcp.dstport", "udp.dstport", "tcp.seq_raw")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip4(protocol, payload, source="10.0.0.1", target="10.0.0.2"):
    addresses = bytes(map(int, source.split("."))) + bytes(map(int, target.split(".")))
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 7, 0, 64, protocol, 0) + addresses
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ip6(protocol, payload):
    addresses = bytes.fromhex("20010db8000000000000000000000001" "20010db8000000000000000000000002")
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + addresses + payload


def udp(port, payload):
    return struct.pack("!HHHH", 50_000, port, 8 + len(payload), 0) + payload


def ethernet(ethertype, payload, vlan=None):
    tag = b"" if vlan is None else struct.pack("!HH", 0x8100, vlan)
    return bytes.fromhex("020000000002" "020000000001") + tag + struct.pack("!H", ethertype) + payload


TCP = struct.pack("!HHIIBBHHH", 40_000, 443, 12_345, 1, 0x50, 0x18, 8_192, 0, 0) + b"hello"
INNER = ip4(6, TCP, "192.168.1.1", "192.168.1.2")
INNER6 = ip6(6, TCP)
FEED = ip4(17, udp(26_477, b"x" * 60), "192.168.1.3", "239.1.1.1")
FRAME = ethernet(0x0800, INNER)
TAGGED = ethernet(0x0800, INNER, vlan=12)
LABELS = struct.pack("!II", 16 << 12 | 64, 33 << 12 | 1 << 8 | 64)


def gre(flags, protocol, rest=b""):
    return struct.pack("!HH", flags, protocol) + rest


FRAMES = {
    "4 in 4": ethernet(0x0800, ip4(4, INNER)),
    "6 in 4": ethernet(0x0800, ip4(41, INNER6)),
    "4 in 6": ethernet(0x86DD, ip6(4, INNER)),
    "6 in 6": ethernet(0x86DD, ip6(41, INNER6)),
    "GRE": ethernet(0x0800, ip4(47, gre(0, 0x0800) + INNER)),
    "GRE, IPv6 inside": ethernet(0x0800, ip4(47, gre(0, 0x86DD) + INNER6)),
    "GRE with key and sequence number": ethernet(0x0800, ip4(47, gre(0x3000, 0x0800, struct.pack("!II", 300, 1)) + INNER)),
    "GRE, Ethernet inside": ethernet(0x0800, ip4(47, gre(0, 0x6558) + TAGGED)),
    "GRE, MPLS inside": ethernet(0x0800, ip4(47, gre(0, 0x8847) + LABELS + INNER)),
    "ERSPAN II": ethernet(0x0800, ip4(47, gre(0x1000, 0x88BE, struct.pack("!IHHI", 1, 0x1064, 7, 0)) + FRAME)),
    "ERSPAN III": ethernet(0x0800, ip4(47, gre(0x1000, 0x22EB, struct.pack("!IHHIHH", 1, 0x2064, 8, 0, 0, 0)) + FRAME)),
    "VXLAN": ethernet(0x0800, ip4(17, udp(4789, struct.pack("!II", 0x08000000, 0x1234 << 8) + FRAME))),
    "VXLAN with a tag inside": ethernet(0x0800, ip4(17, udp(4789, struct.pack("!II", 0x08000000, 5 << 8) + TAGGED)), vlan=3),
    "VXLAN over IPv6": ethernet(0x86DD, ip6(17, udp(4789, struct.pack("!II", 0x08000000, 5 << 8) + FRAME))),
    "VXLAN, a feed inside": ethernet(0x0800, ip4(17, udp(4789, struct.pack("!II", 0x08000000, 5 << 8) + ethernet(0x0800, FEED)))),
    "GENEVE": ethernet(0x0800, ip4(17, udp(6081, struct.pack("!BBHI", 0, 0, 0x6558, 9 << 8) + FRAME))),
    "GENEVE with options": ethernet(0x0800, ip4(17, udp(6081, struct.pack("!BBHIHBBI", 2, 0, 0x6558, 9 << 8, 0x102, 0x80, 1, 7) + FRAME))),
    "MPLS": ethernet(0x8847, LABELS + INNER),
    "MPLS, IPv6 inside": ethernet(0x8847, LABELS + INNER6),
    "MPLS, multicast": ethernet(0x8848, LABELS + FEED),
    "PPPoE": ethernet(0x8864, struct.pack("!BBHHH", 0x11, 0, 5, len(INNER) + 2, 0x0021) + INNER),
    "PPPoE, IPv6 inside": ethernet(0x8864, struct.pack("!BBHHH", 0x11, 0, 5, len(INNER6) + 2, 0x0057) + INNER6),
    "QinQ": bytes.fromhex("020000000002" "020000000001" "88a80064" "81000065") + struct.pack("!H", 0x0800) + INNER,
    "VXLAN in GRE": ethernet(0x0800, ip4(47, gre(0, 0x0800) + ip4(17, udp(4789, struct.pack("!II", 0x08000000, 5 << 8) + FRAME)))),
    "IP in IP in VLAN": ethernet(0x0800, ip4(4, ip4(4, INNER, "10.1.0.1", "10.1.0.2")), vlan=77),
}


def write(path):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for number, frame in enumerate(FRAMES.values()):
            file.write(struct.pack("<IIII", number, 0, len(frame), len(frame)) + frame)


def lines(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def innermost(row):
    """(source, target, source port, target port) of tshark's last layers: all occurrences stand in the order of the layers."""
    values = dict(zip(FIELDS, (cell.split(",") if cell else [] for cell in row[1:])))
    layers = row[0].split(":")
    network = [layer for layer in layers if layer in ("ip", "ipv6")][-1]
    transport = [layer for layer in layers if layer in ("tcp", "udp")][-1]
    return (values[f"{network}.src"][-1], values[f"{network}.dst"][-1], values[f"{transport}.srcport"][-1],
            values[f"{transport}.dstport"][-1])


def main():
    if shutil.which("tshark") is None:
        skip("tshark is not installed")
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder, "tunnels.pcap"))
        write(path)
        fields = [word for field in ("frame.protocols", *FIELDS) for word in ("-e", field)]
        theirs = lines("tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=a", *fields)
        ours = lines(DUMP, path, "inside")
    wrong = 0
    for name, their, our in zip(FRAMES, theirs, ours, strict=True):
        outcome, source, target, ports = our[2], our[7], our[8], (our[15], our[16])
        if outcome != "ok" or (source, target, *ports) != innermost(their):
            wrong += 1
            print(f"{name}: {outcome} {source} {target} {ports}, tshark: {innermost(their)} in {their[0]}")
    print(f"{len(FRAMES) - wrong} of {len(FRAMES)} kinds agree")
    sys.exit(1 if wrong else 0)


main()
