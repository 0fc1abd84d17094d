# SPDX-License-Identifier: Apache-2.0
"""lab_tcp_recorder: what the TCP senders of a namespace do, as the kernel tells it (lab/lib/recorder)."""
import json

from ..outcome import Broken
from ..programs import Talker, program


class TcpRecorder(Talker):
    def __init__(self, namespace, journal):
        super().__init__(namespace, program("tcp_recorder"), [journal])
        self.path = journal
        self.hear()

    def events(self):
        """Lines that it wrote down, in order of time; an event that was lost: Broken."""
        self.say("report")
        told = json.loads(self.hear())
        if told["lost"]:
            raise Broken(f"the recorder lost {told['lost']} of its events")
        with open(self.path, encoding="ascii") as file:
            return [json.loads(line) for line in file]
