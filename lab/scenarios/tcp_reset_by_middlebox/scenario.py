# SPDX-License-Identifier: Apache-2.0
"""A box on the way ends a connection: it sends a reset to each end in the other's name."""
import json
import pathlib
import sys

import wirecause_lab
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, questions
from wirecause_lab.programs import Talker

TOOLS = ("tcpdump",)
BOX = pathlib.Path(wirecause_lab.__file__).parent / "reset_box.py"


@case(FAULT, "tcp_reset_by_middlebox", tools=TOOLS, evidence="capture")
def a_box_with_its_own_hops(lab):
    """The box's packets come with a TTL of its own."""
    talk = Conversation(lab, delay_us=lab.dice.between(300, 2000), server={"request": 300, "response": 400, "nodelay": 1},
                        client={"nodelay": 1})
    _, port = lab.server_at()
    box = Talker(lab.middle, sys.executable, [str(BOX), "left0", "right0", str(port), str(lab.dice.between(10, 30)),
                                              str(lab.dice.pick(52, 55, 61, 120, 247))])
    lab.stack.callback(box.process.kill)
    happened(box.hear() == "ready\n", "the box looks at the path")
    answer = talk.connected().request(times=60, request=300, response=400)
    happened(json.loads(box.hear())["sent"] == 2 and answer["error"] == "ECONNRESET", f"the box reset the client: {answer}")
    happened(talk.growth("server", "TcpEstabResets") > 0, "the server's kernel was reset, too")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def no_box(lab):
    """The same talk; nobody ends it but its own ends."""
    return questions(lab).answer()


@case(LOOK_ALIKE, "tcp_reset_by_peer", tools=TOOLS, evidence="capture")
def the_server_itself(lab):
    """The server aborts: the reset has the TTL of its other packets."""
    talk = Conversation(lab, delay_us=lab.dice.between(500, 3000),
                        server={"close_after": lab.dice.between(50_000, 150_000), "how": "abort"})
    answer = talk.connected().bulk(bytes=2_000_000)
    happened(answer["error"] in ("ECONNRESET", "EPIPE"), f"the client was reset: {answer}")
    happened(talk.growth("server", "TcpOutRsts") > 0, "the server's kernel sent a reset")
    return talk.answer()
