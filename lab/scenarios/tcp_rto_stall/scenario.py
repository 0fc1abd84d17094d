# SPDX-License-Identifier: Apache-2.0
"""The tail of a flight, or all of it, is lost: no acknowledgement tells the sender, which waits for its timer."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def transfer(lab, *rules, size=(300_000, 600_000), sysctls=None):
    talk = Conversation(lab, *rules, delay_us=lab.dice.between(300, 3000), sysctls=sysctls)
    done(talk.connected().bulk(bytes=lab.dice.between(*size)))
    talk.close()
    return talk


@case(FAULT, "tcp_rto_stall", tools=TOOLS, evidence="capture")
def an_outage(lab):
    """Nothing passes for longer than the timer."""
    start = lab.dice.between(15, 40)
    talk = transfer(lab, f"down block proto=tcp from_ms={start} to_ms={start + lab.dice.between(350, 700)}",
                    "down rate bps=20000000 queue_packets=500")
    happened(len(talk.relayed("block")) > 0 and talk.growth("client", "TcpExtTCPTimeouts") > 0, "the client's timer ran out")
    return talk.answer()


@case(FAULT, "tcp_rto_stall", tools=TOOLS, evidence="capture")
def whole_requests(lab):
    """Requests of one packet are lost with their first repetition; the probe of the tail does not help."""
    talk = Conversation(lab, "down loss every=9 run=2 min_size=150 proto=tcp", delay_us=lab.dice.between(300, 3000),
                        server={"request": 200, "response": 200, "nodelay": 1}, client={"nodelay": 1})
    done(talk.connected().request(times=lab.dice.between(12, 16), request=200, response=200))
    talk.close()
    happened(talk.growth("client", "TcpExtTCPTimeouts") > 0, "the client's timer ran out")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def no_outage(lab):
    """The same link without it."""
    talk = transfer(lab, "down rate bps=200000000 queue_packets=2000", size=(100_000, 200_000))
    happened(talk.growth("client", "TcpRetransSegs") == 0, "nothing was sent again")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_path_loss", tools=TOOLS, evidence="capture")
def single_losses(lab):
    """Single packets are lost in the middle of flights: acknowledgements tell of them at once."""
    talk = transfer(lab, f"down loss every={lab.dice.between(60, 90)} min_size=1000 from_ordinal=20", size=(600_000, 900_000))
    happened(talk.growth("client", "TcpExtTCPTimeouts") == 0 and len(talk.relayed("loss")) > 3, "no timer ran out")
    return talk.answer()
