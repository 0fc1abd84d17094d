# SPDX-License-Identifier: Apache-2.0
"""The table of connection tracking is full when the feed needs an entry."""
import sys

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Skipped, case, happened, wait_until
from wirecause_lab.firewall import COMMENT, Turns, rule
from wirecause_lab.kernel import conntrack_drops, nft_packets
from wirecause_lab.machine import path_of

MAX = "net.netfilter.nf_conntrack_max"      # one number for the whole machine
COUNT = "net.netfilter.nf_conntrack_count"  # of the namespace
TIMEOUT = "net.netfilter.nf_conntrack_udp_timeout"  # of the namespace
# One datagram to each of so many ports: an entry each.
FILL = """
import socket
for port in range(20000, 20000 + {entries}):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("{to}", port))
"""


class Table:
    """The host's table: few entries, for of a table that is small against its hash the kernel finds none to throw out early."""

    def __init__(self, lab, drop=""):
        lab.pair()
        lab.host.nft("table inet wc_track { chain input { type filter hook input priority 0; policy accept;\n"
                     f"{drop}\nct state new counter accept\n}}\n}}\n")
        self.lab, self.entries = lab, lab.dice.between(60, 140)
        self.consumer = lab.consumer()
        self.before = conntrack_drops(lab.host)

    def in_use(self):
        return int(self.lab.host.read(path_of(COUNT)))

    def fill(self):
        """With twice as many flows as are needed: more than the limit, where there is one."""
        self.lab.publisher_side.run(sys.executable, "-c", FILL.format(entries=2 * self.entries, to=f"{self.lab.wiring.nets[0]}.2"))
        wait_until(lambda: self.in_use() >= self.entries, f"{self.entries} entries are in use")
        self.before = conntrack_drops(self.lab.host)

    def limit(self):
        """Of every namespace. The machine's own must keep room: it tracks nothing on most hosts of a lab."""
        in_use = int(path_of(COUNT).read_text())
        if in_use > self.entries // 2:
            raise Skipped(f"the machine itself tracks {in_use} connections: no room for a limit of {self.entries}")
        path_of(MAX).write_text(str(self.entries))

    def answer(self, watch, counted=0):
        """`counted`: datagrams that a rule dropped; the others that are missed were connection tracking's."""
        self.consumer.wait_drained()
        missed, dropped = self.lab.missed(self.consumer), conntrack_drops(self.lab.host)[0] - self.before[0]
        happened((dropped + counted) * self.lab.load.step == len(missed),
                 f"connection tracking dropped {dropped}, a rule {counted}, missed are {missed}")
        return dropped, self.lab.answer(watch.end(), lost=len(missed), missed={self.consumer: len(missed)})


def must_drop(found):
    dropped, answer = found
    happened(dropped > 0, "the feed should find no room")
    return answer


def must_not_drop(found):
    dropped, answer = found
    happened(dropped == 0, f"there is room, and connection tracking dropped {dropped}")
    return answer


@case(FAULT, "kernel_conntrack_full", tools=("nft",), knobs=(MAX,))
def full_when_the_feed_begins(lab):
    """The feed's first packets find no entry, until one of the others is thrown out for it."""
    table = Table(lab)
    table.limit()
    table.fill()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate, **lab.load.words)
    return must_drop(table.answer(watch))


@case(FAULT, "kernel_conntrack_full", tools=("nft",), knobs=(MAX,))
def full_when_it_goes_on(lab):
    """The feed's entry expires in a pause that is longer than its timeout; meanwhile others fill the table past its limit."""
    table = Table(lab)
    lab.host.set(TIMEOUT, 1)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    publisher.pause(ms=lab.dice.between(1200, 1600))
    lab.host.set(TIMEOUT, 30)
    table.fill()
    table.limit()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    return must_drop(table.answer(watch))


@case(TWIN, tools=("nft",))
def room_for_all(lab):
    """The same flows are tracked, and the table has room."""
    table = Table(lab)
    table.fill()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate, **lab.load.words)
    return must_not_drop(table.answer(watch))


@case(LOOK_ALIKE, "kernel_firewall", tools=("nft",))
def a_rule_where_connections_are_tracked(lab):
    """The same flows are tracked, and a rule drops some of the feed: connection tracking's own counters are still."""
    table = Table(lab, rule(lab.wiring.ports[0], Turns(lab.dice).what))
    table.fill()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate, **lab.load.words)
    table.consumer.wait_drained()
    counted = nft_packets(lab.host, COMMENT)
    happened(counted > 0, "the rule should drop")
    return must_not_drop(table.answer(watch, counted))
