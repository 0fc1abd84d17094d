# SPDX-License-Identifier: Apache-2.0
"""dumpcap: pcapng files of one or several interfaces that state their own drops; and how to read one, by the lab's own means."""
import os
import re
import select
import signal
import struct
import subprocess
import time

from .outcome import Broken
from .programs import go_first
from .waiting import wait_until

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6  # block types
TSRESOL = 9  # option of an interface
QUEUE = ("-N", "200000", "-C", "268435456")  # of several interfaces: no second, smaller buffer behind that of the kernel


class Dumpcap:
    """One process that records `interfaces`, ready: what is sent from now on is in, or counted as dropped."""

    def __init__(self, namespace, interfaces, path, capture_filter="udp", buffer_mib=64, words=()):
        self.path, self.text = path, ""
        listed = [word for name in interfaces for word in ("-i", name, "-f", capture_filter, "-B", str(buffer_mib))]
        command = namespace.command("dumpcap", *listed, "-w", path, *QUEUE, *words)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        preexec_fn=go_first)
        deadline = time.monotonic() + 20
        while "File: " not in self.text:
            ready, _, _ = select.select([self.process.stderr], [], [], max(0.0, deadline - time.monotonic()))
            read = os.read(self.process.stderr.fileno(), 4096) if ready else b""
            if not read:
                raise Broken(f"dumpcap did not begin to capture: {self.text.strip()}")
            self.text += read.decode(errors="replace")
        # It says so when its sockets are open; its own first block of packets is in the file a moment later.
        wait_until(lambda: os.path.exists(path) and os.path.getsize(path) > 0, f"dumpcap makes {path}")

    def end(self, until):
        """Ends it as ^C does, once until(frames) holds of what it has written. Path of the capture; `received` and
        `dropped` by interface are what it says itself."""
        wait_until(lambda: until(frames_of(self.path)), f"the last packets in {self.path}")
        self.process.send_signal(signal.SIGINT)
        self.text += self.process.communicate(timeout=20)[1].decode(errors="replace")
        counts = re.findall(r"received/dropped on interface '([^']+)': (\d+)/(\d+)", self.text)
        if not counts:
            raise Broken(f"dumpcap did not say how many packets it dropped: {self.text.strip()}")
        self.received = {name: int(received) for name, received, _ in counts}
        self.dropped = {name: int(dropped) for name, _, dropped in counts}
        return self.path

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def dumpcap(lab, *interfaces, namespace=None, **options):
    """Dumpcap on the host, or in another namespace; ends with the laboratory."""
    recording = Dumpcap(namespace or lab.host, interfaces, lab.file("capture.pcapng"), **options)
    lab.stack.callback(recording.kill)
    return recording


def blocks(path):
    """(type, body) of the whole blocks of a little-endian pcapng file, which may still be written."""
    with open(path, "rb") as file:
        while len(head := file.read(8)) == 8:
            kind, length = struct.unpack("<II", head)
            body = file.read(length - 12)
            if len(file.read(4)) < 4:
                return
            yield kind, body


def ticks_a_second(options):
    at = 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from("<HH", options, at)
        if code == TSRESOL:
            return 2 ** (options[at + 4] & 0x7F) if options[at + 4] & 0x80 else 10 ** options[at + 4]
        at += 4 + (length + 3) // 4 * 4
    return 10**6


def frames_of(path):
    """[(interface's number, time_ns, frame)] in the order of the file."""
    found, ticks = [], []
    for kind, body in blocks(path):
        if kind == INTERFACE:
            ticks.append(ticks_a_second(body[8:]))
        elif kind == PACKET:
            interface, high, low, kept = struct.unpack_from("<IIII", body)
            found.append((interface, (high << 32 | low) * 10**9 // ticks[interface], body[20:20 + kept]))
    return found
