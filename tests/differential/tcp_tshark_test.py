# SPDX-License-Identifier: Apache-2.0
"""TCP connections as src/tcp follows them against tshark, connection by connection, over every TCP capture of the corpus
beside the project: streams, bytes, packets, resets, handshakes are equal; packets that bring old bytes agree with tshark's
retransmissions and out-of-order packets, or a rule below says why tshark errs.

Inside tunnels that are followed (GRE, VXLAN, GENEVE, IP in IP, MPLS, PPPoE) the innermost headers are compared.

What cannot be compared: connections in carriers that are not followed (GTP, L2TP, Teredo, AYIYA, sFlow, 802.1ah, 802.11) and TCP headers
inside ICMP errors, which tshark takes for packets; captures with packets that the two decode differently (malformed, cut inside the
header, IP fragments put together by tshark); one address and port pair in two VLANs, in two tunnels or at two interfaces (two
connections, one stream to tshark)."""
import collections
import concurrent.futures
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys

SKIPPED = 77
CORPUS = pathlib.Path(os.environ.get("WIRECAUSE_SOURCE_DIR", ".")).parent / "shared" / "corpus"
PROGRAM = os.environ.get("WIRECAUSE", "wirecause")
FIELDS = ["frame.number", "tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport", "tcp.len",
          "tcp.flags", "tcp.analysis.retransmission", "tcp.analysis.out_of_order", "tcp.analysis.keep_alive", "tcp.analysis.zero_window",
          "ip.id", "tcp.seq_raw", "tcp.ack_raw", "tcp.checksum", "frame.protocols", "tcp.window_size_value",
          "frame.time_epoch", "vlan.id", "frame.protocols", "tcp.analysis.zero_window_probe",
          "udp.dstport", "vxlan.flags"]
SYN, ACK, RST = 2, 16, 4
# Carriers that are not followed.
CARRIERS = {"gtp", "l2tp", "teredo", "wlan", "llc", "ayiya", "ieee8021ah", "icmp", "icmpv6", "sflow"}
TUNNEL_PORTS = {"4789", "8472", "6081"}


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def tshark(path):
    """Packets of TCP as dictionaries."""
    command = ["tshark", "-n", "-r", str(path), "-Y", "tcp", "-T", "fields", "-E", "occurrence=l"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    for line in done.stdout.decode(errors="replace").splitlines():
        yield dict(zip(FIELDS, line.split("\t")))


def is_foreign(packet):
    layers = set(packet["frame.protocols"].split(":"))
    # tshark takes either port for that of a tunnel (RFC 7348, 8926: the destination), and VXLAN without a valid VNI.
    if {"vxlan", "geneve"} & layers and packet["udp.dstport"] not in TUNNEL_PORTS:
        return True
    return bool(CARRIERS & layers) or "vxlan" in layers and not int(packet["vxlan.flags"] or "0", 16) & 0x0800


class Stream:
    def __init__(self):
        self.packets = self.bytes = self.resets = self.old = self.zero = 0
        self.copies = 0
        self.seen = collections.deque(maxlen=64)
        self.vlans = set()
        self.syn = self.syn_ack = self.opened = False
        self.reset_texts = self.partly_old = 0
        self.highest = {}  # number behind the last byte, by sender
        self.numbers = collections.defaultdict(set)  # of SYNs, by sender

    def add(self, packet):
        flags = int(packet["tcp.flags"] or "0", 16)
        length = int(packet["tcp.len"] or 0)
        self.vlans.add(packet["vlan.id"])
        print_ = tuple(packet[k] for k in ("ip.id", "ip.src", "tcp.srcport", "tcp.seq_raw", "tcp.ack_raw", "tcp.checksum", "tcp.len"))
        if packet["ip.id"] not in ("", "0x0000") and print_ in self.seen:
            self.copies += 1
        self.seen.append(print_)
        self.packets += 1
        self.bytes += length
        self.resets += bool(flags & RST)
        self.reset_texts += bool(flags & RST and length)
        if flags & SYN:
            self.numbers[packet["tcp.srcport"], packet["ip.src"], packet["ipv6.src"]].add(packet["tcp.seq_raw"])
        self.zero += bool(packet["tcp.analysis.zero_window"])
        flagged = bool(packet["tcp.analysis.retransmission"] or packet["tcp.analysis.out_of_order"])
        self.old += flagged
        self.note_partly_old(packet, length, flagged)
        if flags & (SYN | RST) == SYN and not flags & ACK:
            self.syn = True
        if flags & (SYN | ACK | RST) == SYN | ACK:
            self.syn_ack = True
        if flags & (SYN | ACK | RST) == ACK and self.syn_ack:
            self.opened = True

    def note_partly_old(self, packet, length, flagged):
        """A packet that begins with old bytes, ends with new ones, and is not marked."""
        sender = (packet["tcp.srcport"], packet["ip.src"], packet["ipv6.src"])
        first = int(packet["tcp.seq_raw"] or 0)
        highest = self.highest.get(sender, first)
        if length:
            self.partly_old += not flagged and first < highest < first + length
            self.highest[sender] = max(highest, first + length)


def compare(path):
    """(connections that agree, [difference], {rule: connections}) of one capture; None: nothing to compare."""
    streams = collections.defaultdict(Stream)
    foreign = 0
    for packet in tshark(path):
        if is_foreign(packet):
            foreign += 1
        else:
            streams[packet["tcp.stream"]].add(packet)
    if not streams or foreign:
        return None
    if any(len(stream.vlans) > 1 for stream in streams.values()):
        return None
    done = subprocess.run([PROGRAM, "analyze", "--json", "--max-list", "1000000", str(path)], capture_output=True, timeout=300,
                          check=False)
    if done.returncode == 2:
        return None
    document = json.loads(done.stdout)
    read = document["inputs"][0]
    total = sum(stream.packets for stream in streams.values())
    ours = sorted(document["tcp"], key=lambda connection: connection["id"])
    if len(read["points"]) > 1:  # seen at two interfaces: a connection of each
        return None
    if read["malformed_packets"] or read["fragments"] or read["damaged_records"] or read["cut"]:
        return None
    if sum(both(c, "packets") + both(c, "copies") for c in ours) != total:
        # Cut inside the TCP header: no numbers to follow. Of unknown kind: a carrier that is not followed.
        if read["truncated_packets"] or read["undecoded_packets"]:
            return None
        return 0, [f"{total} packets, {sum(both(c, 'packets') for c in ours)} here"], collections.Counter()
    theirs = [streams[key] for key in sorted(streams, key=int)]
    ways = collections.defaultdict(set)
    for connection in ours:
        ways[frozenset((connection["client"], connection["server"]))].add(json.dumps(connection["tunnel"]))
    if any(len(tunnels) > 1 for tunnels in ways.values()):
        return None
    if len(ours) != len(theirs):
        return 0, [f"{len(theirs)} streams, {len(ours)} here"], collections.Counter()
    differences, agree, rules = [], 0, collections.Counter()
    for stream, connection in zip(theirs, ours):
        found = list(differences_of(stream, connection))
        differences += [f"connection {connection['id']}: {text}" for text in found]
        agree += not found
        if stream.copies == 0 and both(connection, "copies") == 0:
            rule = rule_of(stream, connection)
            rules[rule] += 1
            if rule == "":
                differences.append(f"connection {connection['id']}: {stream.old} packets with old bytes, "
                                   f"{both(connection, 'seen_again')} + {both(connection, 'filled')} here")
    return agree, differences, rules


# Rule: how many connections it may cover, and why tshark counts otherwise.
RULES = {
    "second number": (1, "a SYN-ACK with another number: to tshark, all data behind it is out of order"),
    "acknowledged before": (1, "old by its acknowledgement alone, never captured before, and too long for tshark's keep-alive"),
    "partly old": (2, "begins with old bytes and ends with new ones: to tshark often new"),
    "text of a reset": (1, "text in a RST is a message (RFC 9293, 3.5.2), to tshark data sent again"),
}


def rule_of(stream, connection):
    """The rule by which packets with old bytes are counted otherwise; None: they agree; "": no rule."""
    more = both(connection, "seen_again") + both(connection, "filled") - stream.old
    if more == 0:
        return None
    if more < 0 and any(len(numbers) > 1 for numbers in stream.numbers.values()):
        return "second number"
    if more < 0 and -more == stream.reset_texts:
        return "text of a reset"
    if 0 < more <= stream.partly_old:
        return "partly old"
    return "acknowledged before" if 0 < more <= both(connection, "acks_of_unseen") else ""


def both(connection, key):
    return sum(connection[key].values())


def differences_of(stream, connection):
    copies = both(connection, "copies")
    if stream.packets != both(connection, "packets") + copies:
        yield f"{stream.packets} packets, {both(connection, 'packets')} + {copies} here"
    if copies == 0 and stream.bytes != both(connection, "bytes"):
        yield f"{stream.bytes} bytes, {both(connection, 'bytes')} here"
    if copies == 0 and stream.resets != both(connection, "resets"):
        yield f"{stream.resets} resets, {both(connection, 'resets')} here"
    if copies == 0 and stream.zero != both(connection, "zero_windows"):
        yield f"{stream.zero} zero windows, {both(connection, 'zero_windows')} here"
    if (stream.syn and stream.opened) != (connection["handshake_ns"] is not None):
        yield f"handshake {stream.syn and stream.opened}, {connection['handshake_ns']} here"


def captures():
    with open(CORPUS / "MANIFEST.tsv", encoding="utf-8") as f:
        for row in csv.DictReader(f, delimiter="\t"):
            if int(row["tcp_frames"] or 0) > 0:
                yield CORPUS / row["path"]


def main():
    if not (CORPUS / "MANIFEST.tsv").exists():
        skip(f"no corpus of captures at {CORPUS}")
    if shutil.which("tshark") is None:
        skip("tshark is not installed")
    chosen = [pathlib.Path(path) for path in sys.argv[1:]] or list(captures())
    agree = compared = 0
    rules = collections.Counter()
    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result in zip(chosen, pool.map(compare, chosen)):
            if result is None:
                continue
            compared += 1
            agree += result[0]
            rules += result[2]
            failed += [f"{path.name}: {text}" for text in result[1]]
    print(f"{compared} of {len(chosen)} captures compared: {agree} connections agree in packets, bytes, resets, zero windows, handshakes")
    print(f"packets with old bytes: {rules[None]} of {sum(rules.values())} connections without copies agree with tshark")
    for rule, (bound, reason) in RULES.items():
        print(f"{rules[rule]:5} {rule}: {reason}")
        if rules[rule] > bound:
            failed.append(f"rule '{rule}' covers {rules[rule]} connections, more than {bound}")
    for line in failed:
        print("  " + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
