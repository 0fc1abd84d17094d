# SPDX-License-Identifier: Apache-2.0
"""Large segments vanish on the way and nobody is told; small ones pass, so that connections open and then stand still."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


@case(FAULT, "tcp_mtu_blackhole", tools=TOOLS, evidence="capture")
def no_icmp(lab):
    """Small requests are answered; then the client sends full segments, which are dropped without a word. Recorded where they are
    sent: behind the black hole nobody sees their size."""
    mtu = lab.dice.pick(1280, 1380, 1400, 1452)
    talk = Conversation(lab, f"both mtu bytes={mtu} icmp=no", at="client", delay_us=lab.dice.between(200, 2000),
                        server={"request": 100, "response": 100, "nodelay": 1}, client={"nodelay": 1})
    client = talk.connected()
    done(client.request(times=10, request=100, response=100))
    client.order("flood", bytes=lab.dice.between(20_000, 60_000))
    answer = client.bulk(bytes=1000, timeout_ms=3000)
    happened(answer["error"] == "ETIMEDOUT" and len(talk.relayed("mtu")) >= 4, f"full segments do not pass: {answer}")
    happened(talk.growth("client", "IcmpInDestUnreachs") == 0, "the client was not told")
    client.order("abort")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def told_by_icmp(lab):
    """The router says how much passes, and the client sends smaller segments."""
    talk = Conversation(lab, f"both mtu bytes={lab.dice.pick(1280, 1400)}", delay_us=lab.dice.between(200, 2000))
    done(talk.connected().bulk(bytes=lab.dice.between(200_000, 400_000)))
    happened(talk.growth("client", "IcmpInDestUnreachs") > 0, "the client was told")
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_path_loss", tools=TOOLS, evidence="capture")
def by_chance(lab):
    """Packets are lost whatever their size."""
    talk = Conversation(lab, "down loss probability=0.02 proto=tcp from_ordinal=8", delay_us=lab.dice.between(500, 3000))
    done(talk.connected().bulk(bytes=lab.dice.between(800_000, 1_200_000)))
    talk.close()
    happened(len(talk.relayed("loss")) > 2, "packets were lost")
    return talk.answer()
