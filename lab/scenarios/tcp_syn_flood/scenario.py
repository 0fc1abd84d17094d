# SPDX-License-Identifier: Apache-2.0
"""SYNs from addresses that nobody has: the server answers them and hears nothing."""
import pathlib
import subprocess
import sys

import wirecause_lab
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done, nobody_accepts as overflow

TOOLS = ("tcpdump",)
FLOOD = pathlib.Path(wirecause_lab.__file__).parent / "syn_flood.py"


def flood(lab, count):
    address, port = lab.server_at()
    net = f"10.{lab.dice.between(121, 180)}.{lab.dice.between(1, 250)}"
    lab.server_side.run("ip", "route", "add", f"{net}.0/24", "via", f"{lab.wiring.nets[0]}.1")
    subprocess.run(lab.client_side.command(sys.executable, FLOOD, net, address, port, count, 500), check=True, timeout=30)


@case(FAULT, "tcp_syn_flood", tools=TOOLS, evidence="capture")
def a_flood(lab):
    """Hundreds of SYNs beside a few connections of a real client."""
    talk = Conversation(lab, at="server", server={"request": 100, "response": 100, "backlog": 512})
    talk.connected()
    flood(lab, lab.dice.between(400, 900))
    done(talk.client.request(times=5, request=100, response=100))
    happened(talk.growth("server", "TcpExtTCPReqQFullDoCookies") + talk.growth("server", "TcpExtTCPReqQFullDrop")
             + talk.growth("server", "TcpInSegs") > 300, "the server's kernel had them")
    talk.close()
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def many_clients(lab):
    """As many connections, which are all acknowledged and closed."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 300), server={"request": 100, "response": 100, "backlog": 512})
    talk.connected(count=lab.dice.between(100, 200))
    done(talk.client.request(times=5, request=100, response=100))
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_accept_queue_overflow", tools=TOOLS, evidence="capture")
def a_full_queue(lab):
    """The clients are real and their connections established; the server does not accept them."""
    return overflow(lab, backlog=lab.dice.between(4, 6))
