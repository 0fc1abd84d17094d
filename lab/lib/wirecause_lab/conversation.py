# SPDX-License-Identifier: Apache-2.0
"""A TCP client, a server and the path between them, recorded at one of the ends: what the scenarios of TCP are made of."""
from .kernel import Kernel
from .outcome import happened

BOTH_ENDS = ("client", "server")


class Conversation:
    """`rules`: of the impairment box in the path; `delay_us`: each way; `server`, `client`: options of the lab's programs (None: no
    server listens); `at`: where tcpdump stands; `recorded`: its filter and options."""

    def __init__(self, lab, *rules, delay_us=0, server=None, client=None, listens=True, at=None, sysctls=None,
                 recorded=("tcp", "or", "icmp")):
        self.lab = lab
        lab.client_server(relayed=True)
        self.kernels = {"client": Kernel(lab.client_side), "server": Kernel(lab.server_side)}
        for name, value in (sysctls or {}).items():
            for side in (lab.client_side, lab.server_side):
                side.set(name, value)
        delay = [f"both delay us={delay_us}"] if delay_us else []
        self.relay = lab.relay("A", *rules, *delay, seed=lab.dice.between(1, 10_000))
        self.at = at or lab.dice.pick(*BOTH_ENDS)
        namespace, interface = {"client": (lab.client_side, lab.wiring.lines[0]), "server": (lab.server_side, lab.wiring.feeds[0])}[self.at]
        self.recording = lab.record(*recorded, namespace=namespace, interface=interface)
        self.server = lab.tcp_server(**{"control": "cubic", **(server or {})}) if listens else None
        self.client = lab.tcp_client(**{"control": "cubic", **(client or {})})

    def connected(self, **words):
        answer = self.client.connect(**words)
        happened(answer["error"] == 0, f"the client connects: {answer}")
        return self.client

    def growth(self, end, counter):
        """Of a counter of the kernel at the client's or the server's end."""
        return self.kernels[end].growth(counter)

    def relayed(self, action):
        """What the box did, a dict each."""
        return self.relay.journal(action)

    def close(self):
        self.client.order("close")

    def answer(self):
        """The capture is ended and analysed."""
        path = self.recording.settle()
        happened(self.recording.dropped == 0, f"the capture dropped {self.recording.dropped}")
        return self.lab.answer(self.lab.analyze(path))


def nobody_accepts(lab, backlog):
    """A listener that never accepts, and whose queue holds one more than its backlog: one less connects, and then as many as the
    backlog at once. Their SYNs find room, of their acknowledgements two. All are through for themselves, and send; the kernel counts
    what overflowed. Without SYN cookies, which forget whom they answered."""
    talk = Conversation(lab, delay_us=lab.dice.between(8_000, 15_000), server={"accept": "no", "backlog": backlog},
                        sysctls={"net.ipv4.tcp_syncookies": 0})
    others = [talk.client, *(lab.tcp_client() for _ in range(2 * backlog - 2))]
    for at_once in (others[:backlog - 1], others[backlog - 1:]):
        for client in at_once:
            client.begin("connect")
        happened(all(client.finish()["error"] == 0 for client in at_once), "the clients are through")
    for client in others:
        client.begin("request", times=1, request=200, response=200, timeout_ms=2500)
    for client in others:
        client.finish()
    happened(talk.growth("server", "TcpExtListenOverflows") > 0, "the server's queue overflowed")
    return talk.answer()


def questions(lab):
    """A healthy talk: short questions and answers, none of which waits for anything but the path."""
    talk = Conversation(lab, delay_us=lab.dice.between(300, 2000), server={"request": 300, "response": 1000, "nodelay": 1},
                        client={"nodelay": 1})
    done(talk.connected().request(times=lab.dice.between(80, 150), request=300, response=1000))
    talk.close()
    happened(talk.growth("client", "TcpRetransSegs") + talk.growth("server", "TcpRetransSegs") == 0, "nothing was sent again")
    return talk


def done(answer):
    """The client's answer to an order that was carried out."""
    happened(answer["error"] == 0, f"the traffic is made: {answer}")
    return answer


__all__ = ["BOTH_ENDS", "Conversation", "done", "nobody_accepts", "questions"]
