# SPDX-License-Identifier: Apache-2.0
"""Nothing was to be sent: the application at the other end was thinking. No fault of the network; severity info."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def questions(lab, *rules, times, response, think_us, delay_us):
    talk = Conversation(lab, *rules, delay_us=delay_us, server={"request": 200, "response": response, "think_us": think_us, "nodelay": 1},
                        client={"nodelay": 1})
    told = done(talk.connected().request(times=times, request=200, response=response))
    talk.close()
    return talk, told


@case(FAULT, "tcp_sender_idle", tools=TOOLS, evidence="capture", at="info")
def a_thinking_server(lab):
    """The server thinks for tens of milliseconds before each answer."""
    think = lab.dice.between(30_000, 60_000)
    talk, told = questions(lab, times=lab.dice.between(15, 25), response=lab.dice.between(100, 4000), think_us=think,
                           delay_us=lab.dice.between(50, 400))
    happened(told["median_us"] >= think, f"the client waited for it: {told}")
    happened(talk.growth("client", "TcpRetransSegs") + talk.growth("server", "TcpRetransSegs") == 0, "nothing was lost")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_quick_server(lab):
    """The server answers at once."""
    talk, told = questions(lab, times=lab.dice.between(100, 200), response=lab.dice.between(100, 4000), think_us=0,
                           delay_us=lab.dice.between(500, 2000))
    happened(told["answered"] >= 100, f"all were answered: {told}")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_rto_stall", tools=TOOLS, evidence="capture")
def lost_answers(lab):
    """Answers are lost on the way, each until the server's timer runs out; nobody thinks."""
    talk, _ = questions(lab, "up loss every=8 run=2 min_size=150 proto=tcp", times=lab.dice.between(12, 16), response=600, think_us=0,
                        delay_us=lab.dice.between(500, 2000))
    happened(talk.growth("server", "TcpExtTCPTimeouts") > 0, "the server's timer ran out")
    return talk.answer()
