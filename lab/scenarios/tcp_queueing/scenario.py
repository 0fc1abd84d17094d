# SPDX-License-Identifier: Apache-2.0
"""A standing queue in front of a slow link: round trips grow with what is under way."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


@case(FAULT, "tcp_queueing", tools=TOOLS, evidence="capture")
def a_deep_queue(lab):
    """A link of some Mbit/s with a queue that nobody fills up."""
    talk = Conversation(lab, f"down rate bps={lab.dice.between(15, 30)}000000 queue_packets=2000", delay_us=lab.dice.between(500, 2000),
                        client={"control": "cubic"})
    done(talk.connected().bulk(bytes=lab.dice.between(2_000_000, 3_000_000)))
    talk.close()
    rtts = [line["rtt_us"] for line in talk.client.written("info") if line["rtt_us"]]
    happened(max(rtts) > 4 * min(rtts), f"round trips grew by the kernel: {min(rtts)} to {max(rtts)} us")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_fast_link(lab):
    """The same path at full speed."""
    talk = Conversation(lab, delay_us=lab.dice.between(500, 2000), client={"control": "cubic"})
    done(talk.connected().bulk(bytes=lab.dice.between(300_000, 600_000)))
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_nagle_delayed_ack", tools=TOOLS, evidence="capture")
def a_receiver_that_waits(lab):
    """Acknowledgements come late because the receiver holds them back, whatever is under way."""
    talk = Conversation(lab, delay_us=lab.dice.between(100, 400), server={"request": 400, "response": 100, "nodelay": 1})
    told = done(talk.connected().request(times=lab.dice.between(15, 20), request=400, response=100, parts=2))
    talk.close()
    happened(told["median_us"] > 35_000 and talk.growth("server", "TcpExtDelayedACKs") > 5, f"delayed acknowledgements: {told}")
    return talk.answer()
