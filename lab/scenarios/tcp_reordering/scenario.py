# SPDX-License-Identifier: Apache-2.0
"""Packets are overtaken on the way, and the sender takes them for lost: it sends again what had arrived."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def transfer(lab, *rules, size=(600_000, 1_200_000)):
    talk = Conversation(lab, *rules, delay_us=lab.dice.between(500, 4000))
    done(talk.connected().bulk(bytes=lab.dice.between(*size)))
    talk.close()
    return talk


@case(FAULT, "tcp_reordering", tools=TOOLS, evidence="capture")
def by_many(lab):
    """Packets are overtaken by ten or so."""
    talk = transfer(lab, f"down reorder every={lab.dice.between(60, 90)} behind={lab.dice.between(6, 12)} min_size=1000 from_ordinal=20")
    happened(talk.growth("client", "TcpExtTCPDSACKRecv") > 0, "the client's kernel heard that what it sent again came twice")
    happened(not talk.relayed("loss"), "nothing was lost")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def in_order(lab):
    """The same path keeps the order."""
    talk = transfer(lab)
    happened(talk.growth("client", "TcpRetransSegs") == 0, "nothing was sent again")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_path_loss", tools=TOOLS, evidence="capture")
def lost(lab):
    """The same packets are lost instead."""
    talk = transfer(lab, f"down loss every={lab.dice.between(60, 90)} min_size=1000 from_ordinal=20")
    happened(len(talk.relayed("loss")) > 2 and talk.growth("client", "TcpExtTCPDSACKRecv") == 0, "they were lost, and never came twice")
    return talk.answer()
