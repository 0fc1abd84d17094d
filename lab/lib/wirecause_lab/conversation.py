# SPDX-License-Identifier: Apache-2.0
"""A TCP client, a server and the path between them, recorded at one of the ends: what the scenarios of TCP are made of."""
from .kernel import Kernel
from .outcome import happened

BOTH_ENDS = ("client", "server")


class Conversation:
    """`rules`: of the impairment box in the path; `delay_us`: each way; `server`, `client`: options of the lab's programs (None: no
    server listens); `at`: where tcpdump stands."""

    def __init__(self, lab, *rules, delay_us=0, server=None, client=None, listens=True, at=None, sysctls=None):
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
        self.recording = lab.record("-s", "128", "tcp", "or", "icmp", namespace=namespace, interface=interface)
        self.server = lab.tcp_server(**(server or {})) if listens else None
        self.client = lab.tcp_client(**(client or {}))

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


def done(answer):
    """The client's answer to an order that was carried out."""
    happened(answer["error"] == 0, f"the traffic is made: {answer}")
    return answer


__all__ = ["BOTH_ENDS", "Conversation", "done"]
