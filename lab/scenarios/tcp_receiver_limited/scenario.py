# SPDX-License-Identifier: Apache-2.0
"""The receiving application reads slower than the data come: its window shrinks, at last to nothing."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done, questions

TOOLS = ("tcpdump",)
MEASURED_US = 200_000  # of TCP_INFO's rwnd_limited


def transfer(lab, size, delay_us, **server):
    talk = Conversation(lab, delay_us=delay_us, server=server)
    done(talk.connected().bulk(bytes=size))
    info = talk.client.info()
    talk.close()
    return talk, info


@case(FAULT, "tcp_receiver_limited", tools=TOOLS, evidence="capture")
def a_slow_reader(lab):
    """The server reads a few KiB every few tens of milliseconds."""
    every = lab.dice.between(20_000, 40_000)
    talk, info = transfer(lab, lab.dice.between(300_000, 500_000), lab.dice.between(50, 2000), rcvbuf=lab.dice.between(40_000, 80_000),
                          read_bytes=lab.dice.between(6_000, 14_000), every_us=every)
    happened(info["rwnd_limited_us"] > MEASURED_US, f"the sender's kernel says that the window held it up: {info['rwnd_limited_us']} us")
    reads = [line["t"] for line in talk.server.written("read")]
    happened(len(reads) > 10 and reads[-1] - reads[0] >= (len(reads) - 1) * every * 1000,
             f"the server's own log: {len(reads)} reads, {every} us or more between them")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_quick_reader(lab):
    """Both ends read what comes at once."""
    return questions(lab).answer()


@case(LOOK_ALIKE, "tcp_window_limited", tools=TOOLS, evidence="capture")
def a_small_buffer(lab):
    """The server reads at once, but its buffer holds less than the path."""
    talk, info = transfer(lab, lab.dice.between(700_000, 900_000), lab.dice.between(6_000, 9_000), rcvbuf=lab.dice.between(10_000, 16_000))
    happened(info["rwnd_limited_us"] > MEASURED_US, f"the sender's kernel says that the window held it up: {info['rwnd_limited_us']} us")
    happened(talk.growth("server", "TcpExtTCPToZeroWindowAdv") == 0, "it was never closed")
    return talk.answer()
