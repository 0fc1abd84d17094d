# SPDX-License-Identifier: Apache-2.0
"""Many senders answer one receiver at once and overflow the last queue: they lose together, and their timers stall together."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)


def answers(lab, connections, size, *rules):
    """The client sends on all connections at once: to the server's host they are so many senders."""
    # Without probes of the tail and RACK, as most stacks of a data centre were when incast got its name: timers run out.
    talk = Conversation(lab, *rules, delay_us=lab.dice.between(50, 400),
                        sysctls={"net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_recovery": 0})
    talk.connected(count=connections, timeout_ms=6000)
    done(talk.client.bulk(bytes=size))
    talk.close()
    return talk


@case(FAULT, "tcp_incast", tools=TOOLS, evidence="capture")
def a_shallow_queue(lab):
    """Dozens of flights meet in a queue of a few packets."""
    talk = answers(lab, lab.dice.between(32, 40), lab.dice.between(8_000, 12_000),
                   f"down rate bps=30000000 queue_packets={lab.dice.between(6, 10)}")
    dropped, timers = len(talk.relayed("rate")), talk.growth("client", "TcpExtTCPTimeouts")
    happened(dropped > 20 and timers >= 8, f"the queue dropped {dropped}, {timers} timers ran out")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def a_deep_queue(lab):
    """The same flights; the queue takes them all."""
    talk = answers(lab, lab.dice.between(24, 40), lab.dice.between(8_000, 12_000), "down rate bps=1000000000 queue_packets=2000")
    happened(not talk.relayed("rate") and talk.growth("client", "TcpExtTCPTimeouts") == 0, "the queue took all, no timer ran out")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_rto_stall", tools=TOOLS, evidence="capture")
def one_sender(lab):
    """One connection loses its tail; nobody else is on the way."""
    talk = Conversation(lab, "down loss every=9 run=2 min_size=150 proto=tcp", delay_us=lab.dice.between(300, 2000),
                        server={"request": 200, "response": 200, "nodelay": 1}, client={"nodelay": 1})
    done(talk.connected().request(times=12, request=200, response=200))
    talk.close()
    happened(talk.growth("client", "TcpExtTCPTimeouts") > 0, "its timer ran out")
    return talk.answer()
