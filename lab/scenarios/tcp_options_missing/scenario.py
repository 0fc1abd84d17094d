# SPDX-License-Identifier: Apache-2.0
"""Selective acknowledgements or window scaling are off at an end, or taken out on the way. No fault by itself; severity info."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def transfer(lab, *rules, delay_us, sysctls=None, size=(300_000, 600_000), server=None):
    talk = Conversation(lab, *rules, delay_us=delay_us, sysctls=sysctls, server=server)
    done(talk.connected().bulk(bytes=lab.dice.between(*size)))
    info = talk.client.info()
    talk.close()
    return talk, info


@case(FAULT, "tcp_options_missing", tools=TOOLS, evidence="capture", at="info")
def off_at_an_end(lab):
    """Both hosts do without selective acknowledgements, or without scaling."""
    off = lab.dice.pick("tcp_sack", "tcp_window_scaling")
    talk, _ = transfer(lab, delay_us=lab.dice.between(50, 300), sysctls={f"net.ipv4.{off}": 0})
    happened(lab.client_side.read(f"/proc/sys/net/ipv4/{off}").strip() == "0", f"{off} is off")
    return talk.answer()


@case(FAULT, "tcp_options_missing", tools=TOOLS, evidence="capture", at="info")
def stripped(lab):
    """A box on the way takes them out of the SYN."""
    talk, _ = transfer(lab, f"both strip options={lab.dice.pick('sack', 'wscale', 'sack,wscale')}", delay_us=lab.dice.between(50, 300))
    happened(len(talk.relayed("strip")) == 2, "the box changed the SYN and its answer")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def all_there(lab):
    """The same with all options."""
    talk, _ = transfer(lab, delay_us=lab.dice.between(50, 300))
    happened(talk.growth("client", "TcpRetransSegs") == 0, "nothing was sent again")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_window_limited", tools=TOOLS, evidence="capture")
def a_small_buffer(lab):
    """Scaling is agreed on, and the window is small all the same: the server asked for it."""
    talk, info = transfer(lab, delay_us=lab.dice.between(5_000, 8_000), server={"rcvbuf": lab.dice.between(10_000, 16_000)})
    happened(info["rwnd_limited_us"] > 200_000, f"the window held the sender up: {info['rwnd_limited_us']} us")
    return talk.answer()
