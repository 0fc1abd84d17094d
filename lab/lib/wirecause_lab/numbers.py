# SPDX-License-Identifier: Apache-2.0
"""Sets of sequence numbers as sorted half-open ranges, and the publisher's truth."""


class Numbers:
    """A set of numbers; made from ranges [first, next) in any order, that may touch or overlap."""

    def __init__(self, ranges=()):
        self.ranges = []
        for first, following in sorted(ranges):
            if first >= following:
                continue
            if self.ranges and first <= self.ranges[-1][1]:
                self.ranges[-1] = (self.ranges[-1][0], max(self.ranges[-1][1], following))
            else:
                self.ranges.append((first, following))

    def __len__(self):
        return sum(following - first for first, following in self.ranges)

    def __eq__(self, other):
        return self.ranges == other.ranges

    def __sub__(self, other):
        left = []
        for first, following in self.ranges:
            at = first
            for a, b in other.ranges:
                if b <= at or a >= following:
                    continue
                if a > at:
                    left.append((at, a))
                at = max(at, b)
            if at < following:
                left.append((at, following))
        return Numbers(left)

    def __and__(self, other):
        return self - (self - other)

    def __or__(self, other):
        return Numbers(self.ranges + other.ranges)

    def at_the_ends_of(self, whole):
        """How many of these numbers stand before or behind all others of `whole`."""
        others = (whole - self).ranges
        if not others:
            return len(self)
        first, last = others[0][0], others[-1][1]
        return len(Numbers((a, min(b, first)) for a, b in self.ranges)) + len(Numbers((max(a, last), b) for a, b in self.ranges))

    def __repr__(self):
        shown = ", ".join(f"{a}-{b - 1}" for a, b in self.ranges[:8])
        return f"{len(self)} numbers ({shown}{', ...' if len(self.ranges) > 8 else ''})"


class Truth:
    """What the publisher wrote down: of each line, which numbers it sent, and which it did not."""

    def __init__(self, path):
        found, times = {}, {}
        self.datagrams = 0
        with open(path, encoding="ascii") as file:
            for text in file:
                line, first, count, time_ns, what = text.split()
                times.setdefault(line, []).append(int(time_ns))
                found.setdefault((line, what), []).append((int(first), int(first) + int(count)))
                self.datagrams += 1
        self.times = times
        self.found = {key: Numbers(ranges) for key, ranges in found.items()}

    def fewest(self, ms, line="A"):
        """How many datagrams the publisher came to send in the poorest stretch of so long, whatever rate it was told."""
        times, length = self.times[line], ms * 1_000_000
        counts = [0] * max(1, (times[-1] - times[0]) // length)
        for time_ns in times:
            at = (time_ns - times[0]) // length
            if at < len(counts):  # the rest at the end is no whole stretch
                counts[at] += 1
        return min(counts)

    def of(self, line, what):
        return self.found.get((line, what), Numbers())

    def sent(self, line="A"):
        """Numbers that left the publisher whole."""
        return self.of(line, "sent")

    def skipped(self, line="A"):
        return self.of(line, "skipped")

    def damaged(self, line="A"):
        return self.of(line, "bad_checksum")

    def units(self, line="A"):
        """How many numbers, over all epochs of the line."""
        names = {name for name, _ in self.found}
        return sum(len(self.published(name)) for name in names if name == line or name.startswith(f"{line}/"))

    def published(self, line="A"):
        """All numbers of the line, whatever became of them."""
        return self.sent(line) | self.skipped(line) | self.damaged(line) | self.of(line, "refused")
