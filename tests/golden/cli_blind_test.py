# Green must not mean blind: where nothing could be judged, or an option named what is not there, the exit code is 3 and
# the report says why.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WIRECAUSE"]


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def cut_to(data, snap):
    """A little-endian pcap with every packet captured to `snap` bytes."""
    out, at = data[:24], 24
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        packet = data[at + 16:at + 16 + captured][:snap]
        out += struct.pack("<IIII", seconds, fraction, len(packet), length) + packet
        at += 16 + captured
    return out


def ip_checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def in_two_fragments(frame):
    """An untagged Ethernet frame with IPv4 as the two frames that a link of a smaller MTU makes of it (RFC 791 3.2)."""
    ethernet, ip, rest = frame[:14], frame[14:34], frame[34:]
    cut = 24  # bytes of the first fragment, a multiple of 8
    for offset, part, more in ((0, rest[:cut], 0x2000), (cut, rest[cut:], 0)):
        header = bytearray(ip)
        struct.pack_into(">H", header, 2, 20 + len(part))
        struct.pack_into(">H", header, 6, more | offset // 8)
        struct.pack_into(">H", header, 10, 0)
        struct.pack_into(">H", header, 10, ip_checksum(bytes(header)))
        yield ethernet + bytes(header) + part


def with_fragments(data, every):
    """A little-endian pcap of which one datagram in so many came in fragments."""
    out, at, number = data[:24], 24, 0
    while at < len(data):
        seconds, fraction, captured, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16:at + 16 + captured]
        number += 1
        for part in in_two_fragments(frame) if number % every == 0 else [frame]:
            out += struct.pack("<IIII", seconds, fraction, len(part), len(part)) + part
        at += 16 + captured
    return out


class NothingToJudgeIsNotGreen(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.feed = f"{cls.folder.name}/feed.pcap"
        # On 2026-01-05 from 14:30:00 UTC on, 10 ms.
        made = run("send", "--format", "pcap", "--packets", "1000", "--to", cls.feed)
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def assert_blind(self, words, *parts):
        done = run("analyze", *words)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        document = json.loads(run("analyze", "--json", *words).stdout)
        said = "; ".join(document["observer"]["blind"])
        for part in parts:
            self.assertIn(part, said)
            self.assertIn(part, " ".join(done.stdout.split()))

    def assert_seen(self, *words):
        done = run("analyze", *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("nothing wrong", done.stdout)

    def file(self, name, data):
        path = f"{self.folder.name}/{name}"
        with open(path, "wb") as out:
            out.write(data)
        return path

    def read(self):
        with open(self.feed, "rb") as feed:
            return feed.read()

    def test_the_feed_itself_is_green(self):
        self.assert_seen(self.feed)

    def test_a_capture_without_a_packet(self):
        self.assert_blind([self.file("empty.pcap", self.read()[:24])], "no packet was read")

    def test_a_window_without_a_packet(self):
        self.assert_blind(["--from", "2027-01-01T00:00:00Z", self.feed], "no packet in the window")
        self.assert_blind(["--from", "14:31:00", "--to", "14:30:00", self.feed], "no packet in the window")

    def test_a_time_of_day_before_the_capture_is_on_the_next_day(self):
        self.assert_seen("--to", "00:30:00", self.feed)
        self.assert_seen("--from", "14:29:00", "--to", "00:30:00", self.feed)

    def test_a_window_that_ends_before_it_begins_is_a_mistake(self):
        done = run("analyze", "--from", "2026-01-05T15:00:00Z", "--to", "2026-01-05T14:00:00Z", self.feed)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--from is later than --to", done.stderr)

    def test_an_endpoint_that_is_not_there(self):
        for option in (["--pair", "239.192.0.1:26477=239.9.9.9:1"], ["--recovery", "239.9.9.9:1"],
                       ["--framing", "moldudp64@239.9.9.9:1"]):
            self.assert_blind([*option, self.feed], option[0], "239.9.9.9:1 (no datagram)")

    def test_a_framing_that_nothing_is(self):
        self.assert_blind(["--framing", "cboe_pitch", self.feed], "--framing cboe_pitch (not recognised)")

    def test_a_snap_length_that_cuts_the_framing_header(self):
        for snap in (50, 61):
            self.assert_blind([self.file(f"cut{snap}.pcap", cut_to(self.read(), snap))],
                              "captured too short to recognise a feed")

    def test_datagrams_that_came_in_fragments_are_nobodys_loss(self):
        self.assert_blind([self.file("fragments.pcap", with_fragments(self.read(), 50))], "IP fragments not reassembled")


if __name__ == "__main__":
    unittest.main()
