# SPDX-License-Identifier: Apache-2.0
"""Nobody listens on the port: the server's host answers the SYN with a reset."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def attempts(lab, *rules, listens=False, timeout_ms=2000):
    talk = Conversation(lab, *rules, delay_us=lab.dice.between(50, 3000), listens=listens)
    return talk, [talk.client.connect(timeout_ms=timeout_ms) for _ in range(lab.dice.between(1, 3))]


@case(FAULT, "tcp_connect_refused", tools=TOOLS, evidence="capture")
def no_listener(lab):
    """The client connects to a port on which nobody listens."""
    talk, answers = attempts(lab)
    happened(all(answer["error"] == "ECONNREFUSED" for answer in answers), f"the client was refused: {answers}")
    happened(talk.growth("server", "TcpOutRsts") == len(answers), "the server's kernel sent a reset to each")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_listener(lab):
    """Somebody listens there."""
    talk, answers = attempts(lab, listens=True)
    happened(all(answer["error"] == 0 for answer in answers), f"the client connects: {answers}")
    done(talk.client.request(times=5, request=100, response=0))
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_connect_filtered", tools=TOOLS, evidence="capture")
def no_answer(lab):
    """The path takes the SYN: nothing comes back."""
    talk = Conversation(lab, "down block proto=tcp", listens=False, at="client")
    answer = talk.client.connect(timeout_ms=3500)
    happened(answer["error"] == "ETIMEDOUT" and len(talk.relayed("block")) >= 2, f"the box took the SYNs: {answer}")
    return talk.answer()
