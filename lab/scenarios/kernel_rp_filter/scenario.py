# SPDX-License-Identifier: Apache-2.0
"""The reverse-path filter drops a source that this host would not answer through the interface it came on."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Kernel, case, happened
from wirecause_lab.kernel import Arrivals

STRICT, LOOSE = 1, 2
SECONDS = 1


class Setting:
    """A publisher in a network of its own, far from line A's; the filter's mode set where the seed says."""

    def __init__(self, lab, mode):
        lab.two_lines()
        self.lab, third = lab, lab.dice.between(1, 250)
        self.network, self.source = f"10.{lab.dice.between(130, 250)}.{third}.0/24", None
        self.source = self.network.replace(".0/24", f".{lab.dice.between(1, 250)}")
        lab.address(lab.publisher_side, lab.wiring.lines[0], self.source)
        lab.host.set(f"net.ipv4.conf.{lab.dice.pick('all', lab.wiring.feeds[0])}.rp_filter", mode)

    def route(self, line):
        """The way back to the source leaves by that line's interface."""
        n = "AB".index(line)
        self.lab.host.run("ip", "route", "replace", self.network, "via", f"{self.lab.wiring.nets[n]}.1", "dev", self.lab.wiring.feeds[n])

    def line(self):
        w = self.lab.wiring
        return f"A:{self.source}:{w.groups[0]}:{w.ports[0]}:{w.lines[0]}"

    def start(self, **options):
        self.consumer, self.kernel = self.lab.consumer(**options), Kernel(self.lab.host)
        self.arrivals = Arrivals(self.lab.host, self.lab.wiring.feeds[0])
        self.watch, self.publisher = self.lab.watch(), self.lab.publisher(self.line())

    def send(self, parts=1):
        self.publisher.send(SECONDS * self.lab.load.rate // parts, **self.lab.load.words)

    def answer(self, is_lost):
        self.consumer.wait_drained()
        missed, counted = self.lab.missed(self.consumer), self.kernel.growth("TcpExtIPReversePathFilter")
        happened(counted * self.lab.load.step == len(missed), f"IPReversePathFilter grew by {counted}, missed are {missed}")
        happened((len(missed) > 0) == is_lost, f"missed are {missed}")
        self.arrivals.check(self.publisher.truth().datagrams)
        return self.lab.answer(self.watch.end(), lost=len(missed), missed={self.consumer: len(missed)})


@case(FAULT, "kernel_rp_filter")
def strict_and_routed_elsewhere(lab):
    """Strict, and the way back to the source leaves by the other interface: nothing arrives from the first packet on."""
    setting = Setting(lab, STRICT)
    setting.route("B")
    setting.start()
    setting.send()
    return setting.answer(is_lost=True)


@case(FAULT, "kernel_rp_filter")
def loose_without_a_route(lab):
    """Loose, and no route to the source at all."""
    setting = Setting(lab, LOOSE)
    setting.start()
    setting.send()
    return setting.answer(is_lost=True)


@case(FAULT, "kernel_rp_filter")
def the_route_moves_for_a_while(lab):
    """Strict; in the middle the route moves to the other interface, and back: a hole in a running feed."""
    setting = Setting(lab, STRICT)
    setting.route("A")
    setting.start()
    for line in ("A", "B", "A"):
        setting.consumer.wait_drained()
        setting.route(line)
        setting.send(parts=3)
    return setting.answer(is_lost=True)


@case(TWIN)
def routed_back(lab):
    """The same filter, and a way back that leaves by the interface where the feed arrives."""
    setting = Setting(lab, lab.dice.pick(STRICT, LOOSE))
    setting.route("A")
    setting.start()
    setting.send()
    return setting.answer(is_lost=False)


@case(LOOK_ALIKE, "kernel_no_membership", rate=(800, 1500))
def not_joined_under_a_strict_filter(lab):
    """The filter passes the source; the socket has not joined, or joined on the other interface."""
    setting = Setting(lab, STRICT)
    setting.route("A")
    setting.start(join=lab.dice.pick([], [f"{lab.wiring.groups[0]}@{lab.wiring.feeds[1]}"]))
    setting.publisher.send(4 * lab.load.rate, **lab.load.words)
    setting.arrivals.check(4 * lab.load.rate)
    missed, counted = lab.missed(setting.consumer), setting.kernel.growth("TcpExtIPReversePathFilter")
    happened(counted == 0 and len(setting.consumer.read()) == 0 < len(missed), f"no packet is filtered, none read: {counted}")
    return lab.answer(setting.watch.end(), lost=len(missed), missed={setting.consumer: len(missed)})
