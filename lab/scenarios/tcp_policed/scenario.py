# SPDX-License-Identifier: Apache-2.0
"""A token bucket drops what comes faster than its rate, without a queue: losses at one rate, and no delay before them."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def transfer(lab, *rules, size=(2_500_000, 3_500_000)):
    talk = Conversation(lab, *rules, delay_us=lab.dice.between(1000, 4000))
    done(talk.connected().bulk(bytes=lab.dice.between(*size)))
    talk.close()
    return talk


@case(FAULT, "tcp_policed", tools=TOOLS, evidence="capture")
def a_policer(lab):
    """A policer of some Mbit/s that lets short bursts pass."""
    talk = transfer(lab, f"down police bps={lab.dice.between(12, 30)}000000 burst_bytes={lab.dice.between(20, 40)}000 min_size=1000")
    happened(len(talk.relayed("police")) > 10, "the policer dropped")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def no_policer(lab):
    """The same path without it."""
    talk = transfer(lab, size=(300_000, 600_000))
    happened(talk.growth("client", "TcpRetransSegs") == 0, "nothing was sent again")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_path_loss", tools=TOOLS, evidence="capture")
def by_chance(lab):
    """Losses by chance, at any rate."""
    talk = transfer(lab, "down loss probability=0.015 min_size=1000 from_ordinal=5", size=(1_000_000, 2_000_000))
    happened(len(talk.relayed("loss")) > 4, "packets were lost")
    return talk.answer()
