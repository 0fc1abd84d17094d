# SPDX-License-Identifier: Apache-2.0
"""The kernel's own counters of one namespace: the ground truth, read by other means than wirecause's."""
import json
import re

from .namespaces import run
from .outcome import happened


def pairs(text):
    """/proc/net/snmp and netstat: a line of names, a line of values."""
    found = {}
    lines = text.splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        group = names.split(":")[0]
        for name, value in zip(names.split()[1:], values.split()[1:]):
            found[group + name] = int(value)
    return found


class Kernel:
    """Growth of counters since this object was made."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.before = self.counters()
        self.softnet_before = softnet_dropped()

    def counters(self):
        return pairs(self.namespace.read("/proc/net/snmp")) | pairs(self.namespace.read("/proc/net/netstat"))

    def growth(self, name):
        """growth("UdpRcvbufErrors"), growth("TcpExtIPReversePathFilter")"""
        return self.counters()[name] - self.before[name]

    def backlog_dropped(self):
        """softnet_stat `dropped` of all CPUs; of the machine, not of the namespace."""
        return softnet_dropped() - self.softnet_before


def softnet_dropped():
    with open("/proc/net/softnet_stat", encoding="ascii") as file:
        return sum(int(line.split()[1], 16) for line in file)


def interface(namespace, name):
    """Statistics of an interface as ip -s -j link prints them."""
    return json.loads(namespace.run("ip", "-s", "-s", "-j", "link", "show", name))[0]


class Arrivals:
    """What an interface has taken off its wire since this object was made, whatever became of it behind."""

    STRAY = 40  # frames that are nobody's feed: ARP, IGMP, neighbour discovery

    def __init__(self, namespace, name):
        self.namespace, self.name = namespace, name
        self.before = 0
        self.before = self.packets()

    def packets(self):
        return interface(self.namespace, self.name)["stats64"]["rx"]["packets"] - self.before

    def check(self, sent):
        """All that was sent has come, so that what nobody read was lost behind the wire."""
        packets = self.packets()
        happened(sent <= packets <= sent + self.STRAY, f"{sent} datagrams were sent, {packets} frames came to {self.name}")


def carrier_changes(namespace, name):
    return int(namespace.read(f"/sys/class/net/{name}/carrier_changes"))


def nft_packets(namespace, comment):
    """Packets that the rule with this comment counted."""
    rules = namespace.run("nft", "list", "ruleset")
    match = re.search(rf'counter packets (\d+) [^\n]*comment "{re.escape(comment)}"', rules)
    return int(match[1]) if match else 0


def conntrack_drops(namespace):
    """/proc/net/stat/nf_conntrack: `drop` and `early_drop` of all CPUs."""
    lines = namespace.read("/proc/net/stat/nf_conntrack").splitlines()
    names = lines[0].split()
    rows = [dict(zip(names, (int(word, 16) for word in line.split()))) for line in lines[1:]]
    return sum(row["drop"] for row in rows), sum(row["early_drop"] for row in rows)


def socket_waiting(namespace, inode):
    """Bytes in the receive queue of a UDP socket (/proc/net/udp), also while its owner is stopped; None: no such socket."""
    for line in namespace.read("/proc/net/udp").splitlines()[1:]:
        words = line.split()
        if words[9] == str(inode):
            return int(words[4].split(":")[1], 16)
    return None


def sysctl(name):
    return run("sysctl", "-n", name).strip()
