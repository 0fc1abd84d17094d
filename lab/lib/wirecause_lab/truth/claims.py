# SPDX-License-Identifier: Apache-2.0
"""What `wirecause analyze` says of one capture: of each packet, by the ladder of its connection, and of the whole, by --json."""
import os
import re
import subprocess

from ..recording import analyze

ROW = re.compile(r" #(\d+) +[→←] (.*)$")
AGAIN = re.compile(r"sent again: (\w+)(?:, as (\w+))?")


class Claims:
    """of_frame: {frame: (kind, kind as which it was sent)}; `reordered`, `copies`: sets of frames; `connection`: of tcp[]."""

    def __init__(self, path, ports):
        document = analyze([path]).document
        fitting = [c for c in document["tcp"] if {port_of(c["client"]), port_of(c["server"])} == set(ports)]
        self.count = len(fitting)
        self.connection = max(fitting, key=lambda c: c["last_frame"] - c["first_frame"]) if fitting else None
        self.of_frame, self.reordered, self.copies = {}, set(), set()
        if self.connection:
            self.read(path, self.connection["id"])

    def read(self, path, number):
        done = subprocess.run([os.environ["WIRECAUSE"], "analyze", path, "--connection", str(number)], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False, timeout=60)
        for line in done.stdout.splitlines():
            row = ROW.search(line)
            if not row:
                continue
            frame, text = int(row[1]), row[2]
            if again := AGAIN.search(text):
                self.of_frame[frame] = (again[1], again[2] or again[1])
            elif "window probe" in text:
                self.of_frame[frame] = ("window_probe", "window_probe")
            elif "keep-alive" in text:
                self.of_frame[frame] = ("keep_alive", "keep_alive")
            if "late: overtaken" in text:
                self.reordered.add(frame)
            if "holds it twice" in text:
                self.copies.add(frame)


def port_of(endpoint):
    return int(endpoint.rsplit(":", 1)[1])
