# SPDX-License-Identifier: Apache-2.0
"""TCP connections as src/tcp follows them against tcptrace, connection by connection, over every TCP capture of the corpus
beside the project: packets, bytes, resets, packets sent again and out of order of each direction, zero windows, SYNs, FINs.

What tcptrace counts otherwise is covered by a rule, or the test fails. A rule says why tcptrace errs or what it cannot read,
asks for evidence (packets as tshark reads them, or what tcptrace itself says), and may cover no more connections than it does
today. Connections are matched by their ends; of ports that are used again, in their order.

Not compared, for the report does not say them: packets with data, bytes sent again, how often a SYN or FIN was sent."""
import collections
import concurrent.futures
import csv
import datetime
import functools
import ipaddress
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
CORPUS = pathlib.Path(os.environ.get("WIRECAUSE_SOURCE_DIR", ".")).parent / "shared" / "corpus"
PROGRAM = os.environ.get("WIRECAUSE", "wirecause")
SYN, RST, ACK = 2, 4, 16

# Rule: how many connections it may cover, and why.
RULES = {
    # Packets that only one of the two reads.
    "link type of tcptrace": (12, "tcptrace ends at a link type that it does not know (LINKTYPE_IPV4, SLL2, NFLOG and others)"),
    "link type": (9, "FDDI and Cisco HDLC are not read here; the report counts such packets as not decoded"),
    "libpcap ended": (3, "interfaces of one pcapng file with other snapshot lengths: tcptrace's libpcap ends there"),
    "tunnel": (52, "tcptrace enters no MPLS, GRE, VXLAN, GENEVE, no IP in IP"),
    "tags": (14, "tcptrace steps over one VLAN tag, and over none in a cooked frame"),
    "length 0": (13, "offload leaves 0 in IP's total length: tcptrace drops the packet"),
    "fragment": (10, "a first fragment is a whole packet to tcptrace; here fragments are counted, and no part of a connection"),
    "too long": (5, "IP says more bytes than the frame had on the wire: malformed here, believed by tcptrace"),
    "header cut": (4, "the capture or the packet ends within the TCP header: no numbers can be trusted"),
    # Packets that both read and put into other connections.
    "silence": (14, "tcptrace begins a new connection after four minutes of silence, without a SYN"),
    "second SYN": (2, "a SYN-ACK with another number, or after a FIN, is a new connection to tcptrace"),
    "two ways": (8, "one pair of ends in two VLANs, tunnels or interfaces: one connection to tcptrace"),
    # Counts of one connection.
    "extension header": (3, "tcptrace takes IPv6 extension headers for data"),
    "copies": (16, "the capture holds packets twice: tcptrace counts both, and says itself that its figures are suspect"),
    "keep-alive": (5, "tcptrace takes a probe of an idle connection for data sent again"),
    "acknowledged before": (2, "old by its acknowledgement alone, never captured before: tcptrace knows only what it saw"),
    "text of a reset": (1, "text in a RST is a message (RFC 9293, 3.5.2), to tcptrace data sent again"),
    "second number": (1, "a SYN-ACK with another number: to tcptrace, all data behind it is out of order"),
    "hole before an ACK": (3, "the number of a packet without data shows a hole; tcptrace looks at data only"),
    "other boundaries": (1, "sent again from the middle of an old segment: tcptrace takes some of it for new or out of order"),
    "handshake not ended": (1, "the SYN-ACK was not acknowledged; tcptrace counts SYNs"),
}
TUNNELS = {"mpls", "gre", "vxlan", "geneve", "erspan"}
FIELDS = ["frame.number", "frame.protocols", "frame.len", "frame.cap_len", "vlan.id", "ieee8021ad.id",
          "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "ip.len", "ip.hdr_len", "ip.flags.mf", "ip.frag_offset",
          "tcp.srcport", "tcp.dstport", "tcp.hdr_len", "tcp.len", "tcp.flags", "tcp.seq_raw",
          "tcp.analysis.retransmission", "tcp.analysis.out_of_order"]
HAS_SENT_FIN = {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT", "CLOSED"}
COUNTS = ("packets", "bytes", "resets", "again", "late", "zero_windows")
PAIR = re.compile(r"^     ([a-zA-Z][\w /]*?):\s+(\S+).*?\1:\s+(\S+)")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def end(text):
    """(address, port) of "address:port": tcptrace writes 2001:0db8::0001:80, and :0001:80 for ::1 at port 80."""
    address, _, port = text.rpartition(":")
    address = address.strip("[]")
    if address.startswith(":") and not address.startswith("::"):
        address = ":" + address
    return ipaddress.ip_address(address).compressed, int(port)


def stamp(text):
    """Of "Nov  3 22:27:20.836046 2014"; None: damaged stamps, for which it writes a negative fraction, or no year."""
    match = re.fullmatch(r"(\w+ +\d+ [\d:]+)\.\d+ (\d+)", text)
    return datetime.datetime.strptime(f"{match[2]} {match[1]}", "%Y %b %d %H:%M:%S") if match else None


def added(rows):
    return tuple(map(sum, zip((0, 0), *rows)))


class Theirs:
    """A connection of tcptrace -l; what is counted each way stands in the order of the ends, the lesser first."""

    def __init__(self):
        self.ends, self.stamps, self.rows = [], {}, {}

    def each(self, key):
        pair = tuple(int(value) for value in self.rows.get(key, ("0", "0")))
        return pair if self.ends[0] <= self.ends[1] else pair[::-1]

    def flags(self):
        """(SYNs, FINs) each way."""
        rows = [tuple(map(int, value.split("/"))) for value in self.rows["SYN/FIN pkts sent"]]
        return rows if self.ends[0] <= self.ends[1] else rows[::-1]

    def counts(self):
        names = ("total packets", "actual data bytes", "resets sent", "rexmt data pkts", "outoforder pkts", "zero win adv")
        return dict(zip(COUNTS, map(self.each, names)))


class Ours:
    def __init__(self, row):
        self.row = row
        self.ends = [end(row["client"]), end(row["server"])]

    def each(self, key):
        pair = self.row[key]["from_client"], self.row[key]["from_server"]
        return pair if self.ends[0] <= self.ends[1] else pair[::-1]

    def states(self):
        pair = self.row["state_client"], self.row["state_server"]
        return pair if self.ends[0] <= self.ends[1] else pair[::-1]

    def way(self):
        return json.dumps([self.row["vlan"], self.row["tunnel"], self.row["input"]])

    def counts(self):
        counts = dict(zip(COUNTS, map(self.each, ("packets", "bytes", "resets", "seen_again", "filled", "zero_windows"))))
        counts["packets"] = added([counts["packets"], self.each("copies")])
        return counts


def tcptrace(path):
    """([connection], what it says of errors)"""
    done = subprocess.run(["tcptrace", "-n", "-l", str(path)], capture_output=True, timeout=300, check=False,
                          env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}, cwd="/")
    found = []
    for line in done.stdout.decode(errors="replace").splitlines():
        if re.match(r"TCP connection \d+:", line):
            found.append(Theirs())
        elif not found:
            continue
        elif match := re.match(r"\thost \w+:\s+(\S+)$", line):
            found[-1].ends.append(end(match[1]))
        elif match := re.match(r"\t(first|last) packet:\s+\w+ (.*)$", line):
            found[-1].stamps[match[1]] = stamp(match[2])
        elif match := PAIR.match(line):
            found[-1].rows.setdefault(match[1], (match[2], match[3]))
    return found, done.stderr.decode(errors="replace")


class Packets:
    """What tshark says of the packets between two ends, innermost headers; asked only where something does not agree."""

    def __init__(self, path):
        command = ["tshark", "-n", "-o", "ip.defragment:FALSE", "-r", str(path), "-Y", "tcp", "-T", "fields"]
        command += ["-E", "occurrence=a"]
        for field in FIELDS:
            command += ["-e", field]
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
        self.between = collections.defaultdict(list)
        for line in done.stdout.decode(errors="replace").splitlines():
            packet = dict(zip(FIELDS, line.split("\t")))
            packet["tags"] = sum(len(packet[field].split(",")) for field in ("vlan.id", "ieee8021ad.id") if packet[field])
            layers = packet["frame.protocols"].split(":")
            packet["nested"] = layers.count("ip") + layers.count("ipv6") > 1 or bool(TUNNELS & set(layers))
            for field in FIELDS[6:]:
                packet[field] = packet[field].rpartition(",")[2]
            network = [layer for layer in layers if layer in ("ip", "ipv6")][-1]
            try:
                ends = [end(f"{packet[network + '.' + side]}:{packet['tcp.' + side + 'port']}") for side in ("src", "dst")]
            except ValueError:
                continue
            packet["no_length"] = False
            packet["way"] = 0 if ends[0] <= ends[1] else 1
            self.between[tuple(sorted(ends))].append(packet)

    def mark_without_length(self, path):
        """tshark shows the length of the frame where IP's total length is 0: a filter of its own says which these are."""
        command = ["tshark", "-n", "-r", str(path), "-Y", "ip[2:2] == 00:00", "-T", "fields", "-e", "frame.number"]
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
        numbers = set(done.stdout.decode().split())
        for packets in self.between.values():
            for packet in packets:
                packet["no_length"] = packet["frame.number"] in numbers

    def count(self, ends, which):
        """Such packets each way."""
        chosen = [packet["way"] for packet in self.between[ends] if which(packet)]
        return chosen.count(0), chosen.count(1)


def number(packet, field):
    return int(packet[field] or "0", 0)


def only_here(packet):
    """The rule by which tcptrace does not read a packet."""
    if packet["nested"]:
        return "tunnel"
    if packet["tags"] > 1 or packet["tags"] and packet["frame.protocols"].startswith("sll"):
        return "tags"
    return "length 0" if packet["no_length"] else None


def only_there(packet):
    """The rule by which a packet is no part of a connection here."""
    if packet["ip.flags.mf"] in ("1", "True") or number(packet, "ip.frag_offset"):
        return "fragment"
    head = number(packet, "ip.hdr_len") + number(packet, "tcp.hdr_len")
    if not packet["tcp.hdr_len"] or 14 + head > number(packet, "frame.cap_len") or 0 < number(packet, "ip.len") < head:
        return "header cut"
    return "too long" if number(packet, "ip.len") > number(packet, "frame.len") - 14 else None


def split(theirs, ours, alone):
    """Rules by which the packets of two ends, the same to both, are connections of another number."""
    if len(theirs) > len(ours):
        for before, after in zip(theirs, theirs[1:]):
            begin, last = after.stamps["first"], before.stamps["last"]
            if begin and last and (begin - last).total_seconds() >= 240:
                alone["silence"] += 1
            elif sum(syns for syns, _ in after.flags()):
                alone["second SYN"] += 1
        return len(theirs) - len(ours) == alone["silence"] + alone["second SYN"]
    if len(ours) > len(theirs):
        if theirs:
            alone["two ways"] += len(ours)
        return len({connection.way() for connection in ours}) == len(ours)
    return True


class Capture:
    """The comparison of one capture: connections that agree, how many each rule covers, what no rule covers."""

    def __init__(self, path):
        self.path, self.agree, self.covered, self.failed = path, 0, collections.Counter(), []
        done = subprocess.run([PROGRAM, "analyze", "--json", "--max-list", "1000000", str(path)], capture_output=True,
                              timeout=300, check=False)
        theirs, self.said = tcptrace(path)
        if done.returncode == 2:
            if theirs:
                self.failed.append(f"{len(theirs)} connections, not read here: {done.stderr.decode(errors='replace')}")
            return
        document = json.loads(done.stdout)
        self.read = document["inputs"][0]
        ours = [Ours(row) for row in sorted(document["tcp"], key=lambda row: row["id"])]
        if "did not understand link format" in self.said:
            self.covered["link type of tcptrace"] += len(ours)
            return
        pairs = collections.defaultdict(lambda: ([], []))
        for side, connections in enumerate((theirs, ours)):
            for connection in connections:
                pairs[tuple(sorted(connection.ends))][side].append(connection)
        for ends, pair in sorted(pairs.items()):
            self.compare(ends, *pair)

    @functools.cached_property
    def packets(self):
        return Packets(self.path)

    def compare(self, ends, theirs, ours):
        if [c.counts()["packets"] for c in theirs] == [c.counts()["packets"] for c in ours]:
            for pair in zip(theirs, ours):
                self.compare_counts(ends, *pair)
            return
        total, here = (added(c.counts()["packets"] for c in side) for side in (theirs, ours))
        alone = collections.Counter()
        if any(entry["what"].startswith("link type") for entry in self.read["undecoded"]) and not ours:
            alone["link type"] += len(theirs)
        elif "different from the snapshot length of the first interface" in self.said and not theirs:
            alone["libpcap ended"] += len(ours)
        else:
            if not self.accounted(ends, total, here):
                self.packets.mark_without_length(self.path)
                if not self.accounted(ends, total, here):
                    self.failed.append(f"{ends}: packets {total}, {here} here")
                    return
            for packet in self.packets.between[ends]:
                if rule := only_here(packet) or only_there(packet):
                    alone[rule] = max(len(ours), 1)
            if not split(theirs, ours, alone) and not set(alone) - {"silence", "second SYN", "two ways"}:
                self.failed.append(f"{ends}: {len(theirs)} connections, {len(ours)} here")
        if not sum(alone.values()):
            self.failed.append(f"{ends}: {len(theirs)} connections of {total} packets, {len(ours)} of {here} here")
        self.covered += alone
        if set(alone) <= {"silence", "second SYN", "two ways"}:
            for key in ("bytes", "resets"):
                there, here = (added(c.counts()[key] for c in side) for side in (theirs, ours))
                if there != here and not (sum(sum(c.each("copies")) for c in ours) and sum(there) > sum(here)):
                    self.failed.append(f"{ends}: {key} {there}, {here} here")

    def accounted(self, ends, total, here):
        """Whether packets that only one of the two reads are all the difference."""
        more = self.packets.count(ends, only_here)
        less = self.packets.count(ends, lambda packet: not only_here(packet) and only_there(packet))
        if not sum(total) and sum(more) and not sum(less):
            return sum(more) == len(self.packets.between[ends])  # tcptrace can read none of them
        return tuple(h - m + l for h, m, l in zip(here, more, less)) == total

    def compare_counts(self, ends, theirs, ours):
        there, here = theirs.counts(), ours.counts()
        wrong = {key for key in COUNTS if there[key] != here[key]}
        rules = set()
        if wrong and sum(ours.each("copies")) and sum(theirs.each("hardware dups")):
            rules.add("copies")
            # One packet brings at most one of each; what the connection itself did stays.
            for key in list(wrong - {"bytes"}):
                if all(0 <= t - h <= c for t, h, c in zip(there[key], here[key], ours.each("copies"))):
                    wrong.discard(key)
            wrong -= {"bytes"} if all(t >= h for t, h in zip(there["bytes"], here["bytes"])) else set()
        for rule, key, holds in self.reasons(ends, theirs, ours):
            if key in wrong and holds(there[key], here[key]):
                wrong.discard(key)
                rules.add(rule)
        for key in sorted(wrong):
            self.failed.append(f"connection {ours.row['id']}: {key} {there[key]}, {here[key]} here")
        self.compare_ends(theirs, ours, rules, bool(wrong))

    def reasons(self, ends, theirs, ours):
        """(rule, count, whether the rule explains the two values)"""
        def probes(there, here):
            return there == added([here, ours.each("keep_alives")])

        def acknowledged(there, here):
            unseen = ours.each("acks_of_unseen")
            return all(0 <= h - t <= u for t, h, u in zip(there, here, unseen)) or all(
                h >= t for t, h in zip(there, here)) and self.tshark_agrees(ends, ours)

        def extension_headers(_, here):
            packets = self.packets.between[ends]
            lengths = [sum(number(p, "tcp.len") for p in packets if p["way"] == way) for way in (0, 1)]
            return tuple(lengths) == here and any("ipv6." in p["frame.protocols"] for p in packets)

        def reset_text(there, here):
            texts = self.packets.count(ends, lambda p: number(p, "tcp.flags") & RST and number(p, "tcp.len"))
            return there == added([here, texts])

        def second_number(there, here):
            numbers = {(p["way"], p["tcp.seq_raw"]) for p in self.packets.between[ends] if number(p, "tcp.flags") & SYN}
            ways = [way for way, _ in numbers]
            return all(t == h or ways.count(way) > 1 for way, (t, h) in enumerate(zip(there, here)))

        def hole(there, here):
            most = ours.each("passed_over")
            return all(0 <= h - t <= m for t, h, m in zip(there, here, most)) and self.tshark_agrees(ends, ours)

        def boundaries(there, here):
            return sum(there) > sum(here) and self.tshark_agrees(ends, ours)

        yield "extension header", "bytes", extension_headers
        yield "keep-alive", "again", probes
        yield "text of a reset", "again", reset_text
        if theirs.each("outoforder pkts") == ours.each("filled"):
            yield "acknowledged before", "again", acknowledged
        else:
            yield "other boundaries", "again", acknowledged
        yield "second number", "late", second_number
        yield "hole before an ACK", "late", hole
        yield "other boundaries", "late", boundaries

    def tshark_agrees(self, ends, ours):
        old = self.packets.count(ends, lambda p: p["tcp.analysis.retransmission"] or p["tcp.analysis.out_of_order"])
        return old == added([ours.each("seen_again"), ours.each("filled")])

    def compare_ends(self, theirs, ours, rules, wrong):
        """SYNs and FINs against the states of the two ends, then the sum of all."""
        found = list(self.failed)
        flags = theirs.flags()
        opened = all(syns for syns, _ in flags)
        if (ours.row["handshake_ns"] is not None) != opened:
            if opened and any(syns == packets for (syns, _), packets in zip(flags, theirs.each("total packets"))):
                rules.add("handshake not ended")
            else:
                self.failed.append(f"connection {ours.row['id']}: SYNs {[syns for syns, _ in flags]}, "
                                   f"handshake {ours.row['handshake_ns']}")
        if not sum(ours.each("resets")):  # behind a reset, both are closed
            fins = [bool(fins) for _, fins in flags]
            if fins != [state in HAS_SENT_FIN for state in ours.states()]:
                self.failed.append(f"connection {ours.row['id']}: FINs {fins}, states {ours.states()}")
        self.covered.update(rules)
        self.agree += not rules and not wrong and found == self.failed


def captures():
    with open(CORPUS / "MANIFEST.tsv", encoding="utf-8") as f:
        for row in csv.DictReader(f, delimiter="\t"):
            if int(row["tcp_frames"] or 0) > 0:
                yield CORPUS / row["path"]


def main():
    if not (CORPUS / "MANIFEST.tsv").exists():
        skip(f"no corpus of captures at {CORPUS}")
    for program in ("tcptrace", "tshark", PROGRAM):
        if shutil.which(program) is None:
            skip(f"{program} is not installed")
    chosen = [pathlib.Path(path) for path in sys.argv[1:]] or list(captures())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(Capture, chosen))
    covered = sum((result.covered for result in results), collections.Counter())
    failed = [f"{result.path.name}: {text}" for result in results for text in result.failed]
    print(f"{len(chosen)} captures: {sum(result.agree for result in results)} connections agree in all")
    for rule, (bound, reason) in RULES.items():
        print(f"{covered[rule]:5} {rule}: {reason}")
        if covered[rule] > bound:
            failed.append(f"rule '{rule}' covers {covered[rule]} connections, more than {bound}")
    for line in failed:
        print("  " + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
