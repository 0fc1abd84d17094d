# `analyze --connection N --payload SIDE=FILE`: what one side sent, byte by byte, as a capture written here by hand holds it.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import stat
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WIRECAUSE"]
SYN, FIN, ACK = 2, 1, 16
CLIENT, SERVER = (b"\x0a\x00\x00\x01", 40000, 1000), (b"\x0a\x00\x00\x02", 443, 0xFFFFFFF0)  # its numbers wrap


def run(*words, text=True):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=text, stdin=subprocess.DEVNULL, check=False)


def summed(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


def packet(number, sender, at, ack, data=b"", flags=ACK):
    """Ethernet, IPv4, TCP; `at` and `ack` count from the first numbers of the two sides; 100 us behind the one before."""
    receiver = SERVER if sender is CLIENT else CLIENT
    sequence, acknowledged = (sender[2] + at) % 2**32, (receiver[2] + ack) % 2**32
    tcp = struct.pack("!HHIIBBHHH", sender[1], receiver[1], sequence, acknowledged if flags & ACK else 0, 5 << 4, flags, 60000, 0, 0)
    pseudo = sender[0] + receiver[0] + struct.pack("!HH", 6, len(tcp) + len(data))
    tcp = tcp[:16] + struct.pack("!H", summed(pseudo + tcp + data)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(data), number, 0x4000, 64, 6, 0, sender[0], receiver[0])
    ip = ip[:10] + struct.pack("!H", summed(ip)) + ip[12:]
    frame = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + ip + tcp + data
    return struct.pack("<IIII", 1_767_623_400, 100 * number, len(frame), len(frame)) + frame


def capture():
    """A request; an answer of which 'c' to 'd' is overtaken, 'ij' never captured, and 'ef' comes twice, the second time as 'XX'."""
    says = [(CLIENT, 0, 0, b"", SYN), (SERVER, 0, 1, b"", SYN | ACK), (CLIENT, 1, 1, b"", ACK),
            (CLIENT, 1, 1, b"GET /\r\n", ACK), (SERVER, 1, 8, b"ab", ACK), (SERVER, 5, 8, b"efgh", ACK),
            (SERVER, 3, 8, b"cdXX", ACK), (CLIENT, 8, 9, b"", ACK), (SERVER, 11, 8, b"kl", ACK),
            (CLIENT, 8, 13, b"", ACK), (SERVER, 13, 8, b"", FIN | ACK), (CLIENT, 8, 14, b"", FIN | ACK),
            (SERVER, 14, 9, b"", ACK)]
    header = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    return header + b"".join(packet(i, side, at, ack, data, flags) for i, (side, at, ack, data, flags) in enumerate(says, 1))


class Payload(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.capture = f"{self.folder.name}/session.pcap"
        with open(self.capture, "wb") as file:
            file.write(capture())

    def path(self, name):
        return f"{self.folder.name}/{name}"

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_both_sides_into_files_with_zeros_for_what_was_not_captured(self):
        done = run("analyze", "--connection", "1", "--payload", f"client={self.path('request')}", "--payload",
                   f"server={self.path('answer')}", "--fail-on", "never", self.capture)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.assertEqual(self.read("request"), b"GET /\r\n")
        self.assertEqual(self.read("answer"), b"abcdefgh\0\0kl")
        self.assertIn("--payload server: bytes 8 to 9 were not captured; zeros stand for them", done.stderr)
        self.assertNotIn("--payload client", done.stderr)
        self.assertIn("10.0.0.2", done.stdout)  # the ladder as well
        self.assertEqual(stat.S_IMODE(os.stat(self.path("answer")).st_mode), 0o600)

    def test_as_json_the_connection_has_every_packet_with_what_it_was(self):
        done = run("analyze", "--connection", "1", "--json", "--fail-on", "never", self.capture)
        document = json.loads(done.stdout)
        self.assertEqual((document["schema"], document["connection"]["id"]), ("wirecause.connection/1", 1))
        packets = {p["frame"]: p for p in document["packets"]}
        self.assertEqual(list(packets), list(range(1, 14)))
        self.assertEqual((packets[4]["from"], packets[4]["begin"], packets[4]["end"], packets[4]["ack"]), ("client", 1, 8, 1))
        self.assertIn("opens_hole", packets[6]["marks"])
        self.assertIn("fills_hole", packets[7]["marks"])
        self.assertEqual(packets[11]["flags"], ["fin", "ack"])

    def test_to_standard_output_it_takes_the_place_of_the_ladder(self):
        done = run("analyze", "--connection", "1", "--payload", "server=-", self.capture, text=False)
        self.assertEqual(done.stdout, b"abcdefgh\0\0kl")

    def test_threads_do_not_change_it(self):
        done = run("analyze", "--connection", "1", "--payload", "server=-", "--threads", "2", "--batch", "1", self.capture, text=False)
        self.assertEqual(done.stdout, b"abcdefgh\0\0kl")

    def test_nothing_is_written_over(self):
        with open(self.path("there"), "wb") as file:
            file.write(b"mine")
        done = run("analyze", "--connection", "1", "--payload", f"server={self.path('there')}", self.capture)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("is there already", done.stderr)
        self.assertEqual(self.read("there"), b"mine")

    def test_no_file_is_left_where_there_is_no_such_connection(self):
        done = run("analyze", "--connection", "7", "--payload", f"server={self.path('none')}", self.capture)
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no connection 7", done.stderr)
        self.assertFalse(os.path.exists(self.path("none")))

    def assert_is_a_mistake(self, message, *words):
        done = run("analyze", *words, self.capture)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(message, done.stderr)

    def test_mistakes_are_said(self):
        self.assert_is_a_mistake("--payload writes the bytes of --connection N", "--payload", "server=-")
        one = ("--connection", "1", "--payload")
        self.assert_is_a_mistake("is no client=FILE or server=FILE", *one, "x=y")
        self.assert_is_a_mistake("is no client=FILE or server=FILE", *one, "server=")
        self.assert_is_a_mistake("one file for each side", *one, "server=a", "--payload", "server=b")
        self.assert_is_a_mistake("only one side can go to standard output", *one, "server=-", "--payload", "client=-")


if __name__ == "__main__":
    unittest.main()
