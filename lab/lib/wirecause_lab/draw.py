# SPDX-License-Identifier: Apache-2.0
"""What a variation is made of: sizes, rates, framings, names and addresses, drawn by seed so that a run can be repeated."""
import dataclasses
import random

FRAMINGS = ("mold", "pitch", "cme", "iex", "cta")
PER_PACKET = ("cme",)  # one number a datagram, whatever is in it
# Where the number stands in the UDP payload, for the relay: offset, width, byte order (lab/lib/programs/datagram.hpp).
FIELD = {"mold": "10,8,big", "pitch": "4,4,little", "cme": "0,4,little", "iex": "24,8,little", "cta": "5,4,big"}
INTERFACES = ("feed0", "eth1", "ens3f0", "enp65s0f1", "md0", "p1p2", "mdata", "eno2")


@dataclasses.dataclass(frozen=True)
class Wiring:
    """Names and addresses of line A (first) and line B."""
    groups: tuple = ("239.77.1.1", "239.77.2.1")
    ports: tuple = (26477, 26478)
    feeds: tuple = ("feed0", "feed1")  # interfaces of the host
    lines: tuple = ("line0", "line1")  # interfaces of the publisher
    nets: tuple = ("10.77.1", "10.77.2")


@dataclasses.dataclass(frozen=True)
class Load:
    """What the publisher sends: framing, datagrams a second, messages a datagram, bytes a message."""
    framing: str = "mold"
    rate: int = 5000
    count: int = 1
    size: int = 40

    @property
    def words(self):
        """For publisher.send(packets, **load.words)."""
        return {"rate": self.rate, "count": self.count, "size": self.size}

    @property
    def step(self):
        """Numbers that one datagram takes."""
        return 1 if self.framing in PER_PACKET else self.count

    def ranges(self, holes):
        """["401-440", ...]: the numbers of the datagrams [first, last] of each hole, counted from 1."""
        return [f"{1 + (first - 1) * self.step}-{last * self.step}" for first, last in holes]


class Dice:
    """Draws of one run: the same for the same seed, scenario, case and variation."""

    def __init__(self, seed, scenario, case, variation):
        self.random = random.Random(f"{seed}/{scenario}/{case}/{variation}")

    def between(self, low, high):
        return self.random.randint(low, high)

    def pick(self, *choices):
        return self.random.choice(choices)

    def numbers(self, first, last, holes, longest=20):
        """`holes` ranges [first, last] of 1 to `longest`, apart from each other, in order."""
        room = (last - first + 1) // holes
        if room < 2 * longest:
            raise ValueError(f"{holes} holes of up to {longest} do not fit into {first}-{last}")
        starts = (first + i * room + self.between(0, room - 2 * longest) for i in range(holes))
        return [(start, start + self.between(1, longest) - 1) for start in starts]

    def wiring(self):
        feeds = self.random.sample(INTERFACES, 2)
        middle = self.random.sample(range(2, 250), 2)
        port = self.between(10_000, 60_000)
        return Wiring(groups=tuple(f"239.{self.between(64, 191)}.{n}.{self.between(1, 250)}" for n in middle),
                      ports=(port, port + self.between(1, 90)), feeds=tuple(feeds), lines=("line0", "line1"),
                      nets=tuple(f"10.{self.between(60, 120)}.{n}" for n in middle))

    def load(self, framings=FRAMINGS, rate=(2500, 6000), count=(1, 4), size=(30, 120)):
        return Load(self.pick(*framings), self.between(*rate), self.between(*count), self.between(*size))
