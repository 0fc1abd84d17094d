"""Headers and checksums as src/packet reads them against tshark, packet by packet, over every feed capture of the corpus
and an even sample of the others.

Only the outermost layers are compared: neither side looks into tunnels, and tshark runs with all other dissectors off. A
difference is an error unless a rule in explained() says why both are right.
"""
import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

CORPUS = pathlib.Path(os.environ.get("WIRECAUSE_SOURCE_DIR", ".")).parent / "shared" / "corpus"
DUMP = os.environ.get("WIRECAUSE_DECODE_DUMP", "")
OTHERS = 200            # captures beside the feeds
MAX_BYTES = 20_000_000  # of a capture: tshark reads a few megabytes a second
GROUP = 16              # captures a run of tshark

KEPT_DISSECTORS = ("frame eth ethertype llc vlan ieee8021ad sll null raw ip ipv6 ipv6.hopopts ipv6.routing ipv6.fraghdr "
                   "ipv6.dstopts ah udp tcp icmp icmpv6 igmp data").split()
LINK_LAYERS = {"eth", "ethertype", "llc", "vlan", "ieee8021ad", "sll", "null", "raw"}
TRANSPORTS = {"udp", "tcp", "icmp", "icmpv6", "igmp"}
PREFERENCES = ("ip.check_checksum:TRUE udp.check_checksum:TRUE tcp.check_checksum:TRUE ip.defragment:FALSE "
               "ipv6.defragment:FALSE tcp.relative_sequence_numbers:FALSE ip.decode_tos_as_diffserv:TRUE").split()
FIELDS = """frame.number frame.protocols vlan.id ieee8021ad.id ip.src ip.dst ip.ttl ip.id ip.proto ip.len ip.frag_offset
ip.flags.mf ip.checksum.status ipv6.src ipv6.dst ipv6.hlim ipv6.plen udp.srcport udp.dstport udp.length
udp.checksum.status tcp.srcport tcp.dstport tcp.seq_raw tcp.hdr_len tcp.checksum.status icmp.type icmpv6.type igmp.type
ipv6.fraghdr.offset ipv6.fraghdr.more ipv6.routing.segleft ipv6.opt.mipv6.home_address _ws.malformed _ws.expert.message frame.len frame.cap_len""".split()
OURS = """frame link outcome stopped_at vlan inner_vlan ip_version source destination ttl ip_id ip_protocol is_fragment
ip_checksum transport source_port destination_port transport_checksum sequence message_type payload_wire payload_captured
captured wire unknown""".split()
DECODED_LINK_TYPES = {0, 1, 12, 14, 101, 108, 113, 228, 229, 276}
IP_PROTOCOL = "7"  # Layer::ip_protocol
CHECKSUM_STATUS = {"0": "bad", "1": "good", "2": "not_checked", "3": "absent", "4": "illegal", "": "none"}


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def captures():
    """Groups of captures that tshark can read in one run: starting it costs more than most captures do. Constructed
    malformed ones, which may stop it, go alone."""
    with open(CORPUS / "MANIFEST.tsv", newline="", encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if int(row["bytes"]) <= MAX_BYTES]
    feeds = [row for row in rows if row["category"] == "feed"]
    rest = [row for row in rows if row["category"] != "feed"]
    chosen = feeds + rest[:: max(1, len(rest) // OTHERS)]
    alone = [[row["path"]] for row in chosen if row["category"] == "malformed"]
    together = [row["path"] for row in chosen if row["category"] != "malformed"]
    return [together[i : i + GROUP] for i in range(0, len(together), GROUP)] + alone


def lines_of(command, names, environment=None):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace",
                         env=environment, check=False)
    return [dict(zip(names, line.split("\t"))) for line in run.stdout.splitlines()]


def quiet_tshark(folder):
    """A configuration in which nothing above the compared layers is dissected, and an environment that uses it."""
    protocols = subprocess.run(["tshark", "-G", "protocols"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               check=True).stdout.splitlines()
    names = [line.split("\t")[2] for line in protocols]
    disabled = [name for name in names if name not in KEPT_DISSECTORS and not name.startswith("_ws")]
    pathlib.Path(folder, "disabled_protos").write_text("\n".join(disabled) + "\n", encoding="utf-8")
    return {**os.environ, "WIRESHARK_CONFIG_DIR": folder}


def tshark_lines(path, environment):
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=f"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    for field in FIELDS:
        command += ["-e", field]
    return lines_of(command, FIELDS, environment)


class Theirs:
    """What tshark says of the outermost layers of one packet."""

    def __init__(self, row):
        self.row = row
        layers = row["frame.protocols"].split(":")
        at = 0
        while at < len(layers) and layers[at] in LINK_LAYERS:
            at += 1
        self.network = layers[at] if at < len(layers) and layers[at] in ("ip", "ipv6") else ""
        at += 1
        while self.network == "ipv6" and at < len(layers) and (layers[at].startswith("ipv6.") or layers[at] == "ah"):
            at += 1
        self.transport = layers[at] if self.network and at < len(layers) and layers[at] in TRANSPORTS else "none"

    def __getitem__(self, field):
        return self.row[field]

    @property
    def malformed(self):
        return self.row["_ws.malformed"] != ""


def truth(text):
    return text in ("1", "True")


def differences(ours, theirs):
    """(what, ours, theirs) of every field that both sides have."""
    if int(ours["link"]) not in DECODED_LINK_TYPES:
        return
    if ours["outcome"] == "malformed" or theirs.malformed:
        if (ours["outcome"] == "malformed") != theirs.malformed:
            yield "malformed", ours["outcome"], theirs["_ws.malformed"]
        return
    cut = ours["outcome"] == "truncated"
    if cut and ours["captured"] == ours["wire"]:
        yield "truncated", "a whole packet", ""
    tags = {value for value in (theirs["vlan.id"], theirs["ieee8021ad.id"]) if value}
    if tags and not cut and ours["vlan"] not in tags:
        yield "vlan", ours["vlan"], tags
    version = {"ip": "4", "ipv6": "6"}.get(theirs.network, "0")
    if not (cut and ours["ip_version"] == "0") and ours["ip_version"] != version:
        yield "network", ours["ip_version"], version
        return
    if ours["ip_version"] == "0":
        return
    if version == "4":
        pairs = [("source", "ip.src"), ("destination", "ip.dst"), ("ttl", "ip.ttl"), ("ip_protocol", "ip.proto")]
        if int(ours["ip_id"]) != int(theirs["ip.id"], 16):
            yield "ip_id", ours["ip_id"], theirs["ip.id"]
        fragment = truth(theirs["ip.flags.mf"]) or theirs["ip.frag_offset"] not in ("", "0")
        status = CHECKSUM_STATUS[theirs["ip.checksum.status"]]
        if ours["ip_checksum"] != status and not cut:
            yield "ip_checksum", ours["ip_checksum"], status
    else:
        pairs = [("source", "ipv6.src"), ("destination", "ipv6.dst"), ("ttl", "ipv6.hlim")]
        fragment = truth(theirs["ipv6.fraghdr.more"]) or theirs["ipv6.fraghdr.offset"] not in ("", "0")
    for mine, field in pairs:
        if ours[mine] != theirs[field]:
            yield mine, ours[mine], theirs[field]
    if (ours["is_fragment"] == "1") != fragment and not cut:
        yield "fragment", ours["is_fragment"], fragment
    if cut:
        return
    if ours["transport"] != theirs.transport:
        yield "transport", ours["transport"], theirs.transport
        return
    if ours["transport"] in ("udp", "tcp"):
        name = ours["transport"]
        for mine, field in (("source_port", f"{name}.srcport"), ("destination_port", f"{name}.dstport")):
            if ours[mine] != theirs[field]:
                yield mine, ours[mine], theirs[field]
        status = CHECKSUM_STATUS[theirs[f"{name}.checksum.status"]]
        if ours["transport_checksum"] != status:
            yield f"{name}_checksum", ours["transport_checksum"], status
    if ours["transport"] == "tcp" and ours["sequence"] != theirs["tcp.seq_raw"]:
        yield "sequence", ours["sequence"], theirs["tcp.seq_raw"]
    if ours["transport"] in ("icmp", "icmpv6", "igmp"):
        their_type = theirs[f"{ours['transport']}.type"]
        if their_type and int(ours["message_type"]) != int(their_type, 0):
            yield "message_type", ours["message_type"], their_type


def explained(what, mine, their, ours, theirs):
    """Why both are right; empty: one is wrong."""
    notes = theirs["_ws.expert.message"]
    if what == "malformed" and mine == "malformed":
        # tshark keeps "malformed" for what it cannot go on with, and notes these contradictions beside the packet.
        for note in ("exceeds packet length", "Bogus IPv4 version", "header length", "Bogus IP length", "Bad length value",
                     "Length is zero but payload < 65536", "exceeds framing length"):
            if note in notes:
                return f"tshark notes it otherwise: {note}"
    if what == "malformed" and mine != "malformed":
        if int(ours["captured"]) > int(theirs["frame.len"]):
            return "the file claims less on the wire than it holds: what was captured was there"
        if theirs["ipv6.plen"] == "0":
            return "IPv6 payload length 0 (BIG TCP): the frame is the length, tshark takes the 0"
        if theirs.transport in ("icmp", "icmpv6", "igmp") or "ipv6.hopopts" in theirs["frame.protocols"]:
            return "tshark reads the body of ICMP messages and options, where the contradiction is"
        if ours["stopped_at"] == IP_PROTOCOL and ours["ip_protocol"] in ("4", "41"):
            return "tshark reads on inside the IP in IP tunnel"
    if what == "udp_checksum" and (mine, their) == ("absent", "illegal") and ours["ip_version"] == "6":
        return "UDP checksum 0 over IPv6: tunnels may (RFC 6935)"
    if what.endswith("_checksum") and mine == "not_checked" and theirs["ipv6.routing.segleft"] not in ("", "0"):
        return "a routing header with segments left: the final destination is not ours to know"
    if what.endswith("_checksum") and mine == "not_checked" and theirs["ipv6.opt.mipv6.home_address"]:
        return "the sum is over a home address (RFC 6275), which is not followed here"
    return ""


def compare_one(path, ours, theirs):
    if not ours or not theirs:  # a format that only one of the two reads, or no packets
        return Counter({"captures that one side does not read": 1}), []
    counts = Counter({"captures": 1, "packets": min(len(ours), len(theirs))})
    wrong = []
    if len(ours) != len(theirs):
        wrong.append(f"{path}: {len(ours)} packets against tshark's {len(theirs)}")
    for mine, their in zip(ours, theirs):
        for what, a, b in differences(mine, their):
            reason = explained(what, a, b, mine, their)
            counts[reason or "UNEXPLAINED"] += 1
            if not reason:
                wrong.append(f"{path} frame {mine['frame']}: {what}: {a} against tshark's {b} "
                             f"[{their['frame.protocols']}] {their['_ws.expert.message']}")
    return counts, wrong


def compare(paths, environment):
    files = [str(CORPUS / path) for path in paths]
    ours = [lines_of([DUMP, file], OURS) for file in files]
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as merged:
        # One after the other (-a); a group that does not merge to the same packets is read file by file instead.
        subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", merged.name, *files], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        rows = tshark_lines(merged.name, environment) if len(files) > 1 else []
    theirs = []
    for file, mine in zip(files, ours):
        if len(files) > 1 and len(rows) == sum(map(len, ours)):
            at = sum(map(len, theirs))
            theirs.append(rows[at : at + len(mine)])
        else:
            theirs.append(tshark_lines(file, environment))
    counts, wrong = Counter(), []
    for path, mine, their in zip(paths, ours, theirs):
        more, errors = compare_one(path, mine, [Theirs(row) for row in their])
        counts += more
        wrong += errors
    return counts, wrong


def main():
    if not CORPUS.is_dir():
        skip(f"no corpus of captures at {CORPUS}")
    if shutil.which("tshark") is None:
        skip("tshark is not installed")
    if not DUMP or not os.access(DUMP, os.X_OK):
        skip("decode_dump is not built (WIRECAUSE_DECODE_DUMP)")
    total, wrong = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        environment = quiet_tshark(folder)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for counts, errors in pool.map(lambda paths: compare(paths, environment), captures()):
                total += counts
                wrong += errors
    for name, count in sorted(total.items()):
        print(f"{count:9}  {name}")
    print("\n".join(wrong[:100]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
