# SPDX-License-Identifier: Apache-2.0
"""Packets are lost on the path, here and there; acknowledgements tell of the holes, and they are sent again."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def transfer(lab, *rules, size=(800_000, 1_500_000)):
    talk = Conversation(lab, *rules, delay_us=lab.dice.between(500, 4000))
    done(talk.connected().bulk(bytes=lab.dice.between(*size)))
    talk.close()
    return talk


@case(FAULT, "tcp_path_loss", tools=TOOLS, evidence="capture")
def by_chance(lab):
    """One or two packets in a hundred are lost."""
    talk = transfer(lab, f"down loss probability={lab.dice.pick('0.01', '0.02')} min_size=1000 from_ordinal=5")
    lost = len(talk.relayed("loss"))
    happened(lost > 2 and talk.growth("client", "TcpRetransSegs") >= lost, f"{lost} were lost, and sent again")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def no_loss(lab):
    """The same path; nothing is lost."""
    talk = transfer(lab)
    happened(talk.growth("client", "TcpRetransSegs") == 0, "nothing was sent again")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_reordering", tools=TOOLS, evidence="capture")
def overtaken(lab):
    """Packets are overtaken by so many that the sender takes them for lost; none is."""
    talk = transfer(lab, f"down reorder every={lab.dice.between(60, 90)} behind={lab.dice.between(6, 12)} min_size=1000 from_ordinal=20")
    happened(talk.growth("client", "TcpExtTCPDSACKRecv") > 0, "the client's kernel heard that what it sent again came twice")
    return talk.answer()
