# SPDX-License-Identifier: Apache-2.0
"""The peer is gone without a word: what this end sends is answered by nobody."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


@case(FAULT, "tcp_half_open", tools=TOOLS, evidence="capture")
def a_vanished_server(lab):
    """The server's host loses its power in the middle of a session."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 1000), server={"request": 200, "response": 200, "nodelay": 1},
                        client={"nodelay": 1}, at="client")
    client = talk.connected()
    done(client.request(times=10, request=200, response=200))
    talk.server.vanish(lab.wiring.feeds[0])
    answer = client.request(times=1, request=200, response=200, timeout_ms=lab.dice.between(3000, 3600))
    happened(answer["error"] == "ETIMEDOUT" and talk.growth("client", "TcpExtTCPTimeouts") >= 2, f"nobody answers: {answer}")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_server_that_is_there(lab):
    """The same session goes on."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 1000), server={"request": 200, "response": 200, "nodelay": 1},
                        client={"nodelay": 1})
    done(talk.connected().request(times=100, request=200, response=200))
    talk.close()
    return talk.answer()


@case(LOOK_ALIKE, "tcp_receiver_limited", tools=TOOLS, evidence="capture")
def a_closed_window(lab):
    """The server is there and reads nothing for long: probes of its window are answered."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 1000), at="client",
                        server={"rcvbuf": 30_000, "read_bytes": 20_000, "every_us": lab.dice.between(500_000, 800_000)})
    done(talk.connected().bulk(bytes=80_000))
    talk.close()
    happened(talk.growth("client", "TcpExtTCPWinProbe") > 0, "the client's kernel probed the window")
    return talk.answer()
