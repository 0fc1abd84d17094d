# SPDX-License-Identifier: Apache-2.0
"""Only one direction was recorded, as from one fibre of a tap: acknowledgements of data that the capture never saw."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done
from wirecause_lab.stopping import stopped

TOOLS = ("tcpdump",)


def talk_of_several(lab, recorded=("tcp",)):
    """Some connections with data both ways."""
    response = lab.dice.between(300, 3000)
    talk = Conversation(lab, delay_us=lab.dice.between(100, 2000), recorded=recorded, client={"nodelay": 1},
                        server={"request": 200, "response": response, "nodelay": 1})
    talk.connected(count=lab.dice.between(1, 6))
    done(talk.client.request(times=lab.dice.between(20, 60), request=200, response=response))
    talk.close()
    happened(talk.growth("client", "TcpRetransSegs") + talk.growth("server", "TcpRetransSegs") == 0, "nothing was lost")
    return talk


@case(FAULT, "capture_one_direction", tools=TOOLS, evidence="capture", at="info")
def one_fibre(lab):
    """What one of the ends sends, and nothing of the other."""
    end = lab.dice.pick(1, 2)
    return talk_of_several(lab, ("tcp", "and", "src", "host", f"{lab.wiring.nets[0]}.{end}")).answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def both_fibres(lab):
    """Both directions of the same talk."""
    return talk_of_several(lab).answer()


@case(LOOK_ALIKE, "capture_dropped", tools=TOOLS, evidence="capture", at="info")
def a_stopped_tcpdump(lab):
    """Both directions were recorded, but tcpdump is kept off the CPU for a part of a transfer and its buffer overflows."""
    talk = Conversation(lab, recorded=("-B", "512", "tcp"), delay_us=lab.dice.between(100, 1000), at="server")
    talk.connected()
    done(talk.client.bulk(bytes=1_000_000))
    with stopped(talk.recording.process):
        done(talk.client.bulk(bytes=lab.dice.between(1_000_000, 1_400_000)))
    done(talk.client.bulk(bytes=1_000_000))
    talk.close()
    path = talk.recording.settle()
    happened(talk.recording.dropped > 0, "tcpdump dropped")
    return lab.answer(lab.analyze(path))
