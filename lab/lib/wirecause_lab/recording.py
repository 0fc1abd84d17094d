# SPDX-License-Identifier: Apache-2.0
"""Captures: recorded by tcpdump in a namespace, or written packet by packet; and what `wirecause analyze` says of them."""
import json
import os
import re
import select
import signal
import struct
import subprocess
import time

from .outcome import Broken, check
from .programs import die_with_parent
from .report import Report
from .waiting import wait_until


START_SECONDS = END_SECONDS = 20
ANALYZE_SECONDS = 60


class Recording:
    """tcpdump with its own counts, which are the ground truth for what it lost."""

    def __init__(self, namespace, interface, path, words=()):
        self.path, self.text = path, ""
        command = namespace.command("tcpdump", "-Z", "root", "--immediate-mode", "-U", "-n", "--nano", "-B", "65536", "-i", interface, "-w", path, *words)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        preexec_fn=die_with_parent)
        deadline = time.monotonic() + START_SECONDS
        while "listening on" not in self.text:
            ready, _, _ = select.select([self.process.stderr], [], [], max(0.0, deadline - time.monotonic()))
            said = os.read(self.process.stderr.fileno(), 4096) if ready else b""  # not readline(): it keeps what select() waits for
            if not said:
                raise Broken(f"tcpdump did not begin to listen: {self.text.strip()}")
            self.text += said.decode(errors="replace")

    def _count(self, what):
        match = re.search(rf"(\d+) packets? {what}", self.text)
        if match is None:
            raise Broken(f"tcpdump did not say how many packets were {what}: {self.text.strip()}")
        return int(match[1])

    def end(self, frames=0):
        """Ends it as ^C does, once the file has that many frames: tcpdump leaves behind what it has not read yet. Path of
        the capture."""
        if frames:
            wait_until(lambda: len(Pcap.frames(self.path)) >= frames, f"{frames} frames in {self.path}")
        self.process.send_signal(signal.SIGINT)
        self.text += self.process.communicate(timeout=END_SECONDS)[1].decode(errors="replace")
        self.captured, self.dropped = self._count("captured"), self._count("dropped by kernel")
        return self.path

    def settle(self, seconds=0.15):
        """Ends it once its file has not grown for so long: behind a conversation that is over."""
        last, since = -1, time.monotonic()

        def is_quiet():
            nonlocal last, since
            size = os.path.getsize(self.path)
            if size != last:
                last, since = size, time.monotonic()
            return time.monotonic() - since > seconds
        wait_until(is_quiet, f"{self.path} is whole", 20.0)
        return self.end()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Pcap:
    """A pcap file of Ethernet frames with nanoseconds, and how to read one: the lab's own, nothing of wirecause is used."""

    MAGIC = 0xA1B23C4D

    def __init__(self, path, snap_length=262_144):
        self.path, self.snap_length = path, snap_length
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", self.MAGIC, 2, 4, 0, 0, snap_length, 1))

    def add(self, time_ns, frame, length=None):
        """`length`: that of the frame on the wire, where it is cut."""
        kept = frame[:self.snap_length]
        self.file.write(struct.pack("<IIII", time_ns // 10**9, time_ns % 10**9, len(kept), length or len(frame)) + kept)

    def close(self):
        self.file.close()
        return self.path

    @classmethod
    def frames(cls, path):
        """[(time_ns, frame, length)] of a file as Recording and this class write it."""
        with open(path, "rb") as file:
            header = file.read(24)
            if len(header) < 24:
                return []
            magic = struct.unpack("<I", header[:4])[0]
            if magic != cls.MAGIC:
                raise Broken(f"{path}: magic {magic:#x}, not pcap with nanoseconds")
            found = []
            while len(head := file.read(16)) == 16:
                seconds, ns, kept, length = struct.unpack("<IIII", head)
                frame = file.read(kept)
                if len(frame) == kept:  # else it is being written
                    found.append((seconds * 10**9 + ns, frame, length))
        return found


def frames_in(words):
    """How many frames the capture files among these words hold; None: not all of them are read by the lab."""
    total = 0
    for path in (word for word in map(str, words) if os.path.isfile(word)):
        with open(path, "rb") as file:
            if file.read(4) != struct.pack("<I", Pcap.MAGIC):
                return None
        total += len(Pcap.frames(path))
    return total


def analyze(words):
    try:
        done = subprocess.run([os.environ["WIRECAUSE"], "analyze", *map(str, words), "--json"], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False, timeout=ANALYZE_SECONDS)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"analyze did not end in {ANALYZE_SECONDS} s") from None
    check(done.returncode in (0, 1, 3), f"analyze ended with {done.returncode}: {done.stderr}")
    return Report(parsed(done.stdout), done.returncode, [], done.stderr)


def parsed(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise AssertionError(f"what was printed is no JSON: {error}") from None
