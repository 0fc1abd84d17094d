# SPDX-License-Identifier: Apache-2.0
"""The application at the other end aborts: unread data at its close, or SO_LINGER 0."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened, wait_until
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


@case(FAULT, "tcp_reset_by_peer", tools=TOOLS, evidence="capture")
def an_abort(lab):
    """The server closes while the client is sending, with the rest unread."""
    how = lab.dice.pick("close", "abort")
    talk = Conversation(lab, delay_us=lab.dice.between(500, 3000), server={"close_after": lab.dice.between(50_000, 150_000), "how": how})
    answer = talk.connected().bulk(bytes=2_000_000)
    happened(answer["error"] in ("ECONNRESET", "EPIPE"), f"the client was reset: {answer}")
    happened(talk.growth("server", "TcpOutRsts") > 0, "the server's kernel sent a reset")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_goodbye(lab):
    """The server reads everything and closes behind the client."""
    talk = Conversation(lab, delay_us=lab.dice.between(500, 3000))
    done(talk.connected().bulk(bytes=lab.dice.between(200_000, 400_000)))
    talk.close()
    wait_until(lambda: talk.server.report()["ended"] == 1, "the server has closed, too")
    happened(talk.growth("server", "TcpOutRsts") + talk.growth("client", "TcpOutRsts") == 0, "nobody sent a reset")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_connect_refused", tools=TOOLS, evidence="capture")
def a_refusal(lab):
    """The reset answers the SYN: nobody listens."""
    talk = Conversation(lab, delay_us=lab.dice.between(50, 3000), listens=False)
    answer = talk.client.connect(timeout_ms=2000)
    happened(answer["error"] == "ECONNREFUSED", f"the client was refused: {answer}")
    return talk.answer()
