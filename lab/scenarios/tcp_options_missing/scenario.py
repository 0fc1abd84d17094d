# SPDX-License-Identifier: Apache-2.0
"""Selective acknowledgements are off at an end, or taken out on the way. No fault by itself; severity info."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done, questions

TOOLS = ("tcpdump",)
SMALL = {"sndbuf": 30_000}  # so little under way that no queue builds up in the path


def transfer(lab, *rules, delay_us, sysctls=None, size=(4_000_000, 6_000_000), server=None, client=None):
    talk = Conversation(lab, *rules, delay_us=delay_us, sysctls=sysctls, server=server, client=client)
    done(talk.connected().bulk(bytes=lab.dice.between(*size)))
    info = talk.client.info()
    talk.close()
    return talk, info


@case(FAULT, "tcp_options_missing", tools=TOOLS, evidence="capture", at="info")
def off_at_an_end(lab):
    """Both hosts do without selective acknowledgements."""
    talk, _ = transfer(lab, delay_us=lab.dice.between(50, 300), sysctls={"net.ipv4.tcp_sack": 0}, client=SMALL)
    happened(lab.client_side.read("/proc/sys/net/ipv4/tcp_sack").strip() == "0", "tcp_sack is off")
    return talk.answer()


@case(FAULT, "tcp_options_missing", tools=TOOLS, evidence="capture", at="info")
def stripped(lab):
    """A box on the way takes them out of the SYN."""
    talk, _ = transfer(lab, f"both strip options={lab.dice.pick('sack', 'sack,timestamps')}", delay_us=lab.dice.between(50, 300),
                       client=SMALL)
    happened(talk.relayed("strip"), "the box changed the SYN or its answer")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def all_there(lab):
    """All options are agreed on."""
    return questions(lab).answer()


@case(LOOK_ALIKE, "tcp_window_limited", tools=TOOLS, evidence="capture")
def a_small_buffer(lab):
    """Scaling is agreed on, and the window is small all the same: the server asked for it."""
    talk, info = transfer(lab, delay_us=lab.dice.between(6_000, 9_000), size=(600_000, 900_000), server={"rcvbuf": lab.dice.between(10_000, 16_000)})
    happened(info["rwnd_limited_us"] > 200_000, f"the window held the sender up: {info['rwnd_limited_us']} us")
    return talk.answer()
