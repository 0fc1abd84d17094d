# SPDX-License-Identifier: Apache-2.0
"""What `wirecause send` writes, seen through tshark: headers and checksums are right, the numbers are those of the plan, and
the truth file says what a recount of tshark's fields says."""
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("WIRECAUSE", "wirecause")
SKIPPED = 77
CHECKS = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
GOOD = {"1"}

failures = []


def check(claim, left, right):
    if left != right:
        failures.append(f"{claim}: {left!r} is not {right!r}")


def send(folder, *options):
    capture, truth = os.path.join(folder, "a.pcapng"), os.path.join(folder, "a.json")
    subprocess.run([PROGRAM, "send", "--to", capture, "--truth", truth, *options], check=True)
    with open(truth, encoding="utf-8") as f:
        return capture, json.load(f)


def fields(capture, names, *options):
    command = ["tshark", "-n", "-r", capture, "-T", "fields", *CHECKS, *options]
    for name in names:
        command += ["-e", name]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line.split("\t") for line in out.splitlines()]


FRAMINGS = ["moldudp64", "iex_tp", "cme_mdp3", "cboe_pitch", "siac_cta", "opra", "deribit", "rtp", "generic"]


def headers_and_checksums_are_right(folder):
    for i, framing in enumerate(FRAMINGS):
        shape = [["--format", "pcap"], ["--format", "pcap-ns", "--vlan", "100"], ["--ipv6"], ["--interfaces", "2"]][i % 4]
        most = "1-16" if framing != "rtp" else "1-40"
        capture, truth = send(folder, "--framing", framing, "--messages-per-packet", most, *shape)
        ipv6 = "--ipv6" in shape
        names = ["udp.checksum.status", "udp.length", "frame.len", "_ws.malformed"] + ([] if ipv6 else ["ip.checksum.status", "ip.id", "ip.src"])
        # The payload is nobody's to guess here: only Ethernet to UDP is judged.
        rows = fields(capture, names, "--disable-protocol", "rtp", "--disable-protocol", "nasdaq-itch")
        check(f"{framing}: packets", len(rows), truth["capture"]["packets"])
        check(f"{framing}: UDP checksums", {row[0] for row in rows} - GOOD, set())
        if not ipv6:
            check(f"{framing}: IP checksums", {row[4] for row in rows} - GOOD, set())
            ids = collections.defaultdict(list)
            for row in rows:
                ids[row[6]].append(int(row[5], 16))
            check(f"{framing}: IP ids rise by one for each source", all(v == list(range(v[0], v[0] + len(v))) for v in ids.values()), True)


def offload_leaves_checksums_bad(folder):
    capture, _ = send(folder, "--bad-checksums", "--packets", "20")
    rows = fields(capture, ["udp.checksum.status", "ip.checksum.status"])
    check("UDP checksums under offload", {row[0] for row in rows}, {"0"})
    check("IP checksums under offload", {row[1] for row in rows}, {"1"})


def mold_packets(capture, port):
    names = ["ip.dst", "moldudp64.session", "moldudp64.sequence", "moldudp64.count"]
    for dst, session, sequence, count in fields(capture, names, "-d", f"udp.port=={port},moldudp64"):
        yield dst, session, int(sequence), int(count)


def recount(packets):
    """D2 and D3 over sets of (session, number): per line and after arbitration. The ends of the capture must be whole."""
    seen = collections.defaultdict(set)
    low, shown = {}, collections.defaultdict(int)
    lines = collections.defaultdict(collections.Counter)
    for dst, session, first, count in packets:
        key = (dst, session)
        low[key] = min(low.get(key, first), first)
        late = 0
        for number in range(first, first + count):
            if (session, number) in seen[dst]:
                lines[dst]["duplicates"] += 1
                continue
            seen[dst].add((session, number))
            late += number < shown[key]
        lines[dst]["late"] += late
        lines[dst]["reordered_packets"] += late > 0
        lines[dst]["packets"] += 1
        shown[key] = max(shown[key], first + count)
    expected = {(s, n) for s in {k[1] for k in shown} for n in range(min(v for k, v in low.items() if k[1] == s), max(v for k, v in shown.items() if k[1] == s))}
    for dst, line in lines.items():
        line["expected"] = len(expected)
        line["lost"] = len(expected - seen[dst])
    union = set().union(*seen.values())
    recovered = {u for u in union if any(u not in s for s in seen.values())}
    return lines, {"expected": len(expected), "delivered": len(union), "lost": len(expected - union), "recovered": len(recovered)}


PLANS = [
    ["--packets", "600"],
    ["--packets", "600", "--reorder", "A:every=7"],
    ["--packets", "900", "--lose", "A:random=0.05", "--lose", "B:burst=0.01x7", "--messages-per-packet", "1-9"],
    ["--packets", "900", "--lose", "*:random=0.1", "--lose-both", "random=0.02", "--duplicate", "*:random=0.05", "--lines", "A,B,C"],
    ["--packets", "900", "--reorder", "*:random=0.1,by=3", "--late", "B:random=0.02,delay=2ms", "--restart", "450", "--lose", "*:random=0.03"],
    ["--packets", "900", "--skew", "0", "--skew-jitter", "9us", "--lose", "*:random=0.03", "--burst", "40", "--capture-drops", "50"],
    ["--packets", "400", "--tail-loss", "A:5,revealed", "--heartbeat-interval", "5ms", "--idle", "200,for=22ms"],
    ["--demo"],
]


def truth_equals_a_recount(folder):
    for plan in PLANS:
        for seed in ["1", "2", "3"]:
            capture, truth = send(folder, "--seed", seed, *plan)
            feed = truth["feeds"][0]
            lines, arbitrated = recount(mold_packets(capture, feed["lines"][0]["port"]))
            for line in feed["lines"]:
                counted = lines[line["group"]]
                for name in ["packets", "expected", "lost", "late", "duplicates", "reordered_packets"]:
                    check(f"{plan} seed {seed} line {line['line']} {name}", line[name], counted[name])
                check(f"{plan} seed {seed} line {line['line']} tail", line["tail_unknown"], 0)
            for name, value in arbitrated.items():
                check(f"{plan} seed {seed} arbitrated {name}", feed["arbitrated"][name], value)


def rtp_wraps_as_planned(folder):
    capture, _ = send(folder, "--framing", "rtp", "--start-sequence", "65000", "--packets", "2000", "--lines", "A")
    numbers = [int(row[0]) for row in fields(capture, ["rtp.seq"], "-d", "udp.port==5004,rtp")]
    check("RTP numbers", numbers, [(65000 + i) % 65536 for i in range(2000)])


def times_and_drops_are_stated(folder):
    capture, truth = send(folder, "--capture-drops", "12", "--start-time", "2026-07-01T13:30:00Z")
    check("the first stamp", fields(capture, ["frame.time_epoch"], "-c", "1"), [["1782912600.000000000"]])
    check("stated drops", truth["capture"]["stated_drops"], 12)
    _, hidden = send(folder, "--capture-drops", "12", "--hide-capture-drops")
    check("hidden drops", (hidden["capture"]["dropped"], hidden["capture"]["stated_drops"]), (12, None))


def main():
    if shutil.which("tshark") is None:
        print("skipped: tshark is not installed")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        headers_and_checksums_are_right(folder)
        offload_leaves_checksums_bad(folder)
        truth_equals_a_recount(folder)
        rtp_wraps_as_planned(folder)
        times_and_drops_are_stated(folder)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
