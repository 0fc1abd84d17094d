# SPDX-License-Identifier: Apache-2.0
"""The server does not accept: its queue of established connections is full, and its kernel drops what opens further ones."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done, nobody_accepts as overflow

TOOLS = ("tcpdump",)


@case(FAULT, "tcp_accept_queue_overflow", tools=TOOLS, evidence="capture")
def nobody_accepts(lab):
    """Clients connect at once to a listener with a short backlog that never accepts, and send."""
    return overflow(lab, backlog=lab.dice.between(4, 6))


@case(TWIN, tools=TOOLS, evidence="capture")
def it_accepts(lab):
    """The same clients; the server accepts."""
    talk = Conversation(lab, delay_us=lab.dice.between(2_000, 6_000), server={"request": 100, "response": 100, "backlog": 16})
    talk.connected(count=lab.dice.between(4, 8))
    done(talk.client.request(times=10, request=100, response=100))
    happened(talk.growth("server", "TcpExtListenOverflows") == 0, "the queue did not overflow")
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_connect_filtered", tools=TOOLS, evidence="capture")
def filtered(lab):
    """The path takes every SYN: no connection comes about at all."""
    talk = Conversation(lab, "down block proto=tcp", at="client")
    answer = talk.client.connect(timeout_ms=3500)
    happened(answer["error"] == "ETIMEDOUT" and talk.growth("server", "TcpExtListenOverflows") == 0, f"nothing came back: {answer}")
    return talk.answer()
