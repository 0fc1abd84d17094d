# SPDX-License-Identifier: Apache-2.0
"""Something on the way takes the SYN or its answer: nothing comes back, and the SYN goes out again."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def filtered(lab, rule):
    talk = Conversation(lab, rule, delay_us=lab.dice.between(50, 3000), at="client")
    answer = talk.client.connect(timeout_ms=lab.dice.between(3200, 3800))
    happened(answer["error"] == "ETIMEDOUT", f"nothing came back: {answer}")
    happened(len(talk.relayed("block")) >= 2, "the box took it two times or more")
    return talk.answer()


@case(FAULT, "tcp_connect_filtered", tools=TOOLS, evidence="capture")
def the_syn(lab):
    """The SYN does not come to the server."""
    return filtered(lab, "down block proto=tcp")


@case(FAULT, "tcp_connect_filtered", tools=TOOLS, evidence="capture")
def the_answer(lab):
    """The SYN-ACK does not come back."""
    return filtered(lab, "up block proto=tcp")


@case(TWIN, tools=TOOLS, evidence="capture")
def nothing_in_the_way(lab):
    """The box lets everything pass."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 3000))
    talk.connected()
    done(talk.client.bulk(bytes=lab.dice.between(10_000, 200_000)))
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_connect_refused", tools=TOOLS, evidence="capture")
def a_reset_comes_back(lab):
    """Nobody listens: the server's kernel says so."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 3000), listens=False)
    answer = talk.client.connect(timeout_ms=2000)
    happened(answer["error"] == "ECONNREFUSED" and talk.growth("server", "TcpOutRsts") == 1, f"refused: {answer}")
    return talk.answer()
