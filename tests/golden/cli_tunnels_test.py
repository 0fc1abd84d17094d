# A feed and a TCP connection inside tunnels are followed as they are outside.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WIRECAUSE"]
MAC = bytes.fromhex("0200000000020200000000 01".replace(" ", ""))


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def frames(path):
    """(seconds, nanoseconds, frame) of a pcap file with nanoseconds."""
    with open(path, "rb") as file:
        assert struct.unpack("<I", file.read(24)[:4])[0] == 0xA1B23C4D
        while len(head := file.read(16)) == 16:
            seconds, ns, kept, _ = struct.unpack("<IIII", head)
            yield seconds, ns, file.read(kept)


def write(path, packets):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65_535, 1))
        for seconds, ns, frame in packets:
            file.write(struct.pack("<IIII", seconds, ns, len(frame), len(frame)) + frame)


def outer(protocol, payload):
    # The checksum of the outer header stands for none: 0x0000 would be wrong, so it is computed (RFC 1071).
    head = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, 0x0A630001, 0x0A630002)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return MAC + b"\x08\x00" + head[:10] + struct.pack("!H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF) + head[12:] + payload


def vxlan(frame, vni):
    inner = struct.pack("!II", 0x08000000, vni << 8) + frame
    return outer(17, struct.pack("!HHHH", 50_000, 4789, 8 + len(inner), 0) + inner)


def gre(frame, key):
    return outer(47, struct.pack("!HHI", 0x2000, 0x6558, key) + frame)


def mpls(frame, label):
    return MAC + b"\x88\x47" + struct.pack("!I", label << 12 | 0x100 | 64) + frame[14:]


def tcp_frame(client_speaks, sequence, acknowledgement, flags, payload=b""):
    ports = (40_000, 443) if client_speaks else (443, 40_000)
    addresses = (0x0A000001, 0x0A000002) if client_speaks else (0x0A000002, 0x0A000001)
    segment = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledgement, 0x50, flags, 8_192, 0, 0) + payload
    head = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(segment), sequence & 0xFFFF | 1, 0, 64, 6, 0, *addresses)
    return MAC + b"\x08\x00" + head + segment


TALK = [(True, 0, 0, 2), (False, 0, 1, 18), (True, 1, 1, 16), (True, 1, 1, 24, b"ask"), (False, 1, 4, 24, b"answer"),
        (True, 4, 7, 17), (False, 7, 5, 17), (True, 5, 8, 16)]
WRAPS = {"vxlan": lambda frame: vxlan(frame, 4_096), "gre": lambda frame: gre(frame, 7), "mpls": lambda frame: mpls(frame, 33)}
NUMBERS = {"vxlan": 4_096, "gre": 7, "mpls": 33}


class WhatIsInsideIsFollowed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.plain = f"{cls.folder.name}/plain.pcap"
        made = run("send", "--packets", "2000", "--lose", "A:packets=200-209", "--format", "pcap-ns", "--to", cls.plain)
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def analyzed(self, packets):
        path = f"{self.folder.name}/wrapped.pcap"
        write(path, packets)
        done = run("analyze", "--json", path)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def test_a_feed_loses_the_same_inside(self):
        plain = list(frames(self.plain))
        outside = self.analyzed(plain)
        self.assertGreater(outside["feeds"][0]["lines"][0]["lost"], 0)
        for name, wrap in WRAPS.items():
            inside = self.analyzed([(s, ns, wrap(frame)) for s, ns, frame in plain])
            self.assertEqual(inside["feeds"], outside["feeds"], name)

    def test_a_connection_is_followed_and_its_tunnel_told(self):
        for name, wrap in WRAPS.items():
            report = self.analyzed([(1, i * 1_000_000, wrap(tcp_frame(*said))) for i, said in enumerate(TALK)])
            self.assertEqual(len(report["tcp"]), 1, name)
            connection = report["tcp"][0]
            self.assertEqual(connection["tunnel"], {"kind": name, "number": NUMBERS[name]})
            self.assertEqual((connection["client"], connection["server"]), ("10.0.0.1:40000", "10.0.0.2:443"))
            self.assertEqual(connection["bytes"], {"from_client": 3, "from_server": 6})

    def test_the_same_addresses_in_two_tunnels_are_two_connections(self):
        both = [frame for i, said in enumerate(TALK) for frame in
                [(1, i * 1_000_000, vxlan(tcp_frame(*said), 1)), (1, i * 1_000_000 + 500, vxlan(tcp_frame(*said), 2))]]
        report = self.analyzed(both)
        self.assertEqual([c["tunnel"]["number"] for c in sorted(report["tcp"], key=lambda c: c["id"])], [1, 2])


if __name__ == "__main__":
    unittest.main()
