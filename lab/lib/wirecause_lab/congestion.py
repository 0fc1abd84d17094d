# SPDX-License-Identifier: Apache-2.0
"""Whether wirecause sees which congestion control a sender uses: flows of this kernel's own algorithms over drawn paths, each
with the kernel's word for it (ss), captured at the sender or at the receiver; and what `analyze` says."""
import contextlib
import dataclasses
import json
import pathlib
import random
import re
import shutil
import sys
import time

from .lab import Lab, plain_frames
from .namespaces import run
from .outcome import Broken, happened
from .recording import analyze
from .waiting import wait_until

ALGORITHMS = ("reno", "cubic", "bbr")
SECONDS = 10.5
FEWEST_LOSSES = 10
HEADERS = 128  # bytes of a packet that are kept
CHUNK = 2**30


@dataclasses.dataclass(frozen=True)
class Way:
    """A path as the relay makes it, and where the capture stands."""
    bits: int        # a second
    rtt_ms: int
    queue: int       # packets
    loss: float      # of data, at random
    captured: str    # "sender" or "receiver"

    @property
    def rules(self):
        rules = [f"down rate bps={self.bits} queue_packets={self.queue}", f"down delay us={self.rtt_ms * 500}",
                 f"up delay us={self.rtt_ms * 500}"]
        return [f"down loss probability={self.loss} min_size=500"] * (self.loss > 0) + rules

    @property
    def text(self):
        return f"{self.bits / 1e6:g} Mbit/s {self.rtt_ms} ms queue {self.queue} loss {self.loss:.2%} at {self.captured}"


def draw(seed, number):
    dice = random.Random(f"{seed}/congestion/{number}")
    bits, rtt_ms = dice.choice((4, 8, 12, 20, 30)) * 1_000_000, dice.choice((10, 20, 30, 40, 60))
    in_flight = bits * rtt_ms // 8_000 // 1_500  # packets that the path itself holds
    queue = max(8, int(in_flight * dice.choice((0.5, 1, 1, 2))))
    loss = dice.choice((0, 0, 0.002, 0.005, 0.01))
    return Way(bits, rtt_ms, queue, loss, dice.choice(("sender", "receiver")))


@dataclasses.dataclass
class Flow:
    algorithm: str
    way: Way
    seen: str = ""
    confidence: object = None
    losses: int = 0
    file: str = ""

    @property
    def counts(self):
        return self.seen == self.algorithm


def words_of(namespace):
    """What the kernel says of the flow that sends: the words of `ss -ti`."""
    return run(*namespace.command("ss", "-tiHn", "state", "established")).split()


class Sending:
    """One flow in namespaces of its own."""

    def __init__(self, stack, algorithm, way, folder):
        self.flow = Flow(algorithm, way)
        self.lab = lab = Lab("congestion", folder=None)
        stack.callback(lab.close)
        lab.client_server(relayed=True)
        net, line = lab.wiring.nets[0], lab.wiring.lines[0]
        # A namespace may not set all of them as its default, a route may have any.
        lab.client_side.run("ip", "route", "replace", f"{net}.0/24", "dev", line, "src", f"{net}.1", "congctl", algorithm)
        for namespace, name in ((lab.client_side, lab.wiring.lines[0]), (lab.host, lab.wiring.feeds[0])):
            plain_frames(namespace, name)
        lab.relay("A", *way.rules, seed=random.Random(way.text).randrange(1, 1_000_000))
        lab.tcp_server()
        self.client = lab.tcp_client()
        place = {"sender": (lab.client_side, lab.wiring.lines[0]), "receiver": (lab.host, lab.wiring.feeds[0])}[way.captured]
        self.recording = lab.record("-s", str(HEADERS), "tcp", namespace=place[0], interface=place[1])
        happened(self.client.connect()["error"] == 0, "connected")
        self.folder = folder

    def begin(self):
        self.client.begin("bulk", bytes=CHUNK)

    def end(self):
        words = words_of(self.lab.client_side)
        happened(self.flow.algorithm in words, f"the kernel uses {self.flow.algorithm}: {words}")
        retransmitted = next((re.match(r"retrans:\d+/(\d+)", word) for word in words if word.startswith("retrans:")), None)
        self.flow.losses = int(retransmitted[1]) if retransmitted else 0
        self.client.process.kill()
        path = self.recording.end()
        happened(self.recording.dropped == 0, f"tcpdump dropped {self.recording.dropped}")
        if self.folder is not None:
            w = self.flow.way
            name = f"{self.flow.algorithm}-{w.bits // 1_000_000}m-{w.rtt_ms}ms-q{w.queue}-p{w.loss * 1000:g}-{w.captured}.pcap"
            path = shutil.copy(path, pathlib.Path(self.folder) / name)
        self.flow.file = str(path)
        return self.flow


def judged(flow):
    connection = analyze([flow.file]).document["tcp"][0]
    flow.seen = connection["congestion_control"]["from_client"]
    flow.confidence = connection["path"]["from_client"]["congestion"]["confidence"]
    return flow


def side_by_side(way, folder, judge=True):
    """A flow of each algorithm over the same way, at the same time and apart from each other."""
    with contextlib.ExitStack() as stack:
        sendings = [Sending(stack, algorithm, way, folder) for algorithm in ALGORITHMS]
        began = time.monotonic()
        for sending in sendings:
            sending.begin()
        wait_until(lambda: time.monotonic() - began > SECONDS, "the flows have lasted", SECONDS + 10)
        flows = [sending.end() for sending in sendings]
        return [judged(flow) for flow in flows] if judge else flows


def row(flow):
    mark = "right" if flow.counts else "WRONG"
    return f"{flow.algorithm:<6} {flow.seen:<11} {flow.confidence or 0:>5}  {mark}  {flow.losses:>5} resent  {flow.way.text}"


def measure(ways, seed, folder, as_json):
    """Exit code: 0 nine of ten flows right, else 1."""
    if folder is not None:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    flows, broken = [], 0
    for number in range(ways):
        try:
            flows += side_by_side(draw(seed, number), folder)
        except Broken as error:
            broken += 1
            print(f"broken: {error}", file=sys.stderr)
            continue
        if not as_json:
            print("\n".join(row(flow) for flow in flows[-len(ALGORITHMS):]), flush=True)
    right = sum(flow.counts for flow in flows)
    if as_json:
        print(json.dumps({"seed": seed, "right": right, "flows": [dataclasses.asdict(flow) for flow in flows]}, indent=2))
    else:
        print(f"{right} of {len(flows)} flows right, seed {seed}" + (f"; {broken} ways broken" if broken else ""))
    return 0 if flows and right * 10 >= 9 * len(flows) else 1
