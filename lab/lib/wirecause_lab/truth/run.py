# SPDX-License-Identifier: Apache-2.0
"""One flow: its topology, the recorder, captures at the sender, in the middle and at the receiver, and what is judged of each.

    client --line0  left0[near box]mid0 --- mid1[far box]right0  feed0-- server
"""
import contextlib
import json
import os
import shutil
import time
import traceback

from ..draw import Dice
from ..lab import Lab, plain_frames
from ..outcome import Broken, happened
from ..programs import Relay
from ..recording import Recording
from . import compare
from .claims import Claims
from .flows import FLOWS
from .recorder import TcpRecorder
from .wire import packets_of

POINTS = ("sender", "middle", "receiver")
HEADERS = "128"  # bytes of each frame: all headers


class FlowRun:
    """What came out: `items` by point, or why it is broken."""

    def __init__(self, name, variation, seed):
        self.name, self.variation, self.seed = name, variation, seed
        self.items = {point: [] for point in POINTS}
        self.broken = ""
        self.resent = 0
        self.took = 0.0


def run_flow(name, variation, seed, keep=None):
    run = FlowRun(name, variation, seed)
    began = time.monotonic()
    folder = None
    if keep:
        folder = os.path.join(keep, f"{name}-{variation}-{seed}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    dice = Dice(seed, "truth", name, variation)
    with contextlib.ExitStack() as stack:
        plan = FLOWS[name](dice)
        lab = Lab("truth", wiring=dice.wiring(), load=dice.load(), folder=folder)
        stack.callback(lab.stack.close)
        try:
            make(run, lab, plan, seed, bool(keep))
        except Broken as error:
            run.broken = str(error)
        except (OSError, RuntimeError, LookupError, TypeError, ValueError):
            run.broken = traceback.format_exc()
    run.took = time.monotonic() - began
    return run


def long_path(lab, plan, seed):
    """Both boxes; rules of `near` hold between client and middle, those of `far` between middle and server."""
    lab.client_server(relayed=True)
    middle = lab.middle
    middle.run("ip", "link", "add", "mid0", "type", "veth", "peer", "name", "mid1")
    for interface in ("mid0", "mid1"):
        plain_frames(middle, interface)
        middle.run("ip", "link", "set", interface, "up")
    for left, right, rules in (("left0", "mid0", plan.near), ("mid1", "right0", plan.far)):
        relay = Relay(middle, left, right, rules, lab.file("relay.jsonl"), seed=seed)
        lab.stack.callback(relay.end)
        yield relay


def captures(lab, port):
    """{where: Recording}, of the connection's packets alone."""
    where = {"client": (lab.client_side, lab.wiring.lines[0]), "middle": (lab.middle, "mid1"), "server": (lab.server_side, lab.wiring.feeds[0])}
    found = {}
    for name, (namespace, interface) in where.items():
        found[name] = Recording(namespace, interface, lab.file(f"{name}.pcap"), ("-s", HEADERS, "tcp", "port", str(port)))
        lab.stack.callback(found[name].kill)
    return found


def make(run, lab, plan, seed, keeps):
    relays = list(long_path(lab, plan, seed))
    for side in (lab.client_side, lab.server_side):
        side.set("net.ipv4.tcp_no_metrics_save", 1)
        for key, value in plan.sysctls.items():
            side.set(key, value)
    recorded = {"client": lab.client_side, "server": lab.server_side}[plan.sender]
    recorder = TcpRecorder(recorded, lab.file("sender.jsonl"))
    lab.stack.callback(recorder.end)
    _, port = lab.server_at()
    recordings = captures(lab, port)
    server = lab.tcp_server(info_us=10_000, control=plan.control, **plan.server)
    client = lab.tcp_client(info_us=10_000, control=plan.control, **plan.client)
    answer = client.connect(timeout_ms=8000)
    happened(answer["error"] == 0, f"the client connects: {answer}")
    done = plan.do(client)
    happened(done["error"] == 0, f"the traffic is made: {done}")
    info = {"client": client, "server": server}[plan.sender].info()
    client.order("close")
    paths = ended(recordings)
    events = recorder.events()
    for relay in relays:
        happened(relay.summary()["missed"] == 0, "the boxes lost nothing of their own")
    ports = (answer["port"], port)
    if keeps:
        remember(lab, flow=run.name, variation=run.variation, seed=seed, ports=ports, info=info, journal=os.path.basename(recorder.path),
                 paths={where: os.path.basename(path) for where, path in paths.items()})
    judge(run, plan, paths, events, ports, info)


def ended(recordings):
    paths = {}
    for name, recording in recordings.items():
        paths[name] = recording.settle()
        happened(recording.dropped == 0, f"the capture at {name} dropped {recording.dropped}")
    return paths


def remember(lab, **what):
    """So that kept captures can be judged again."""
    with open(os.path.join(lab.folder, "flow.json"), "w", encoding="utf-8") as file:
        json.dump(what, file, indent=1)


def judge_again(folder):
    """The captures and journals of a flow that --keep kept, with the program as it is now."""
    with open(os.path.join(folder, "flow.json"), encoding="utf-8") as file:
        kept = json.load(file)
    run = FlowRun(kept["flow"], kept["variation"], kept["seed"])
    with open(os.path.join(folder, kept["journal"]), encoding="ascii") as file:
        events = [json.loads(line) for line in file]
    plan = FLOWS[run.name](Dice(run.seed, "truth", run.name, run.variation))
    paths = {where: os.path.join(folder, name) for where, name in kept["paths"].items()}
    try:
        judge(run, plan, paths, events, tuple(kept["ports"]), kept["info"])
    except Broken as error:
        run.broken = str(error)
    return run


def judge(run, plan, paths, events, ports, info):
    role = plan.sender
    peer = "server" if role == "client" else "client"
    ports = ports if role == "client" else ports[::-1]
    at = {"sender": paths[role], "middle": paths["middle"], "receiver": paths[peer]}
    packets = {point: packets_of(path) for point, path in at.items()}
    truth = compare.Truth(plan, packets["sender"], events, ports)
    arrived = truth.arrived(packets["receiver"])
    run.resent = len(truth.resent)
    for point in POINTS:
        claims = Claims(at[point], ports)
        happened(claims.connection is not None, f"the connection was captured at the {point}")
        items = run.items[point]
        items += compare.judge_kinds(truth, packets[point], claims, arrived, point == "sender")
        items += compare.judge_stalls(truth, packets[point], claims, role, packets["sender"])
        items += compare.judge_time(truth, claims, role, info)
