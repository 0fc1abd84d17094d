# SPDX-License-Identifier: Apache-2.0
"""Write, write, read: the second write is held until the peer acknowledges the first, and the peer waits 40 ms before it does."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)
DELAYED_ACK_US = 35_000


def requests(lab, parts=2, nodelay=0, think_us=0, times=(15, 25)):
    size, response = lab.dice.between(100, 600), lab.dice.between(100, 1000)
    talk = Conversation(lab, delay_us=lab.dice.between(50, 400), client={"nodelay": nodelay},
                        server={"request": size, "response": response, "think_us": think_us, "nodelay": 1})
    told = done(talk.connected().request(times=lab.dice.between(*times), request=size, response=response, parts=parts))
    talk.close()
    return talk, told


@case(FAULT, "tcp_nagle_delayed_ack", tools=TOOLS, evidence="capture")
def two_writes(lab):
    """The client writes each request in two parts."""
    talk, told = requests(lab)
    happened(told["median_us"] >= DELAYED_ACK_US, f"each waited for a delayed acknowledgement: {told}")
    happened(talk.growth("server", "TcpExtDelayedACKs") >= told["answered"] // 2, "the server's kernel counted them")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def nodelay(lab):
    """The same, with TCP_NODELAY."""
    talk, told = requests(lab, nodelay=1, times=(60, 120))
    happened(told["median_us"] < DELAYED_ACK_US // 2, f"nothing waited: {told}")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_sender_idle", tools=TOOLS, evidence="capture", at="info")
def a_thinking_server(lab):
    """One write a request, and a server that thinks for 40 ms."""
    talk, told = requests(lab, parts=1, nodelay=1, think_us=lab.dice.between(38_000, 45_000))
    happened(told["median_us"] >= DELAYED_ACK_US and talk.growth("client", "TcpRetransSegs") == 0, f"the server thought: {told}")
    return talk.answer()
