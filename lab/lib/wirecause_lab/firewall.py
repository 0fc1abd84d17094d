# SPDX-License-Identifier: Apache-2.0
"""Rules of netfilter that drop a part of a feed, and count what they drop (kernel.nft_packets())."""
from .numbers import Numbers

COMMENT = "wc-drop"


def dropping(port, what="", hook="input"):
    """A table with one rule: datagrams to this port of which `what` holds."""
    return (f"table inet wc_filter {{ chain c {{ type filter hook {hook} priority 0; policy accept;\n"
            f"{rule(port, what)}\n}}\n}}\n")


def rule(port, what=""):
    return f'udp dport {port} {what} counter drop comment "{COMMENT}"'


class Turns:
    """Which datagrams a rule drops that counts them itself: one in so many, from a drawn one on, in each run of a seed the same."""

    def __init__(self, dice):
        self.every = dice.between(15, 40)
        self.rest = dice.between(1, self.every - 1)

    @property
    def what(self):
        return f"numgen inc mod {self.every} {self.rest}"

    def doomed(self, packets, step):
        """The numbers of a feed of so many datagrams, of `step` numbers each, that such a rule drops: it counts from 0."""
        return Numbers((1 + n * step, 1 + (n + 1) * step) for n in range(packets) if n % self.every == self.rest)
