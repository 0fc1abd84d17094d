# SPDX-License-Identifier: Apache-2.0
"""What `wirecause analyze` says of one capture: of the whole, and of each packet of one connection."""
import json
import os
import subprocess

from ..recording import analyze


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
        done = subprocess.run([os.environ["WIRECAUSE"], "analyze", path, "--connection", str(number), "--json"], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, check=False, timeout=60)
        for packet in json.loads(done.stdout)["packets"]:
            frame, marks = packet["frame"], packet["marks"]
            if kind := packet["resend"]:
                sent_as = packet["sent_as"] or kind
                self.of_frame[frame] = (kind, kind if sent_as == "unexplained" else sent_as)
            else:
                for probe in ("window_probe", "keep_alive"):
                    if probe in marks:
                        self.of_frame[frame] = (probe, probe)
                        break
            if "reordered" in marks:
                self.reordered.add(frame)
            if "copy" in marks:
                self.copies.add(frame)


def port_of(endpoint):
    return int(endpoint.rsplit(":", 1)[1])
