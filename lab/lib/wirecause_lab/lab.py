# SPDX-License-Identifier: Apache-2.0
"""One run's laboratory: named topologies, the processes in them, and the removal of all of it in reverse order.

pair()      publisher --line0/feed0-- host
two_lines() publisher --line0/feed0-- host      line A
                      --line1/feed1--           line B
            relayed="A", "B" or "AB": the line goes through the impairment box, relay(line, rules...) starts it
switched()  publisher --line0/port0-- switch (a bridge) --port1/feed0-- host; snooping=True: by IGMP only
client_server()  client --line0/feed0-- server, the host; relayed=True: through the impairment box, relay("A", rules...)

Unless drawn otherwise (draw.py), line A is 239.77.1.1:26477 from 10.77.1.1, line B 239.77.2.1:26478 from 10.77.2.1; the
host is .2.
"""
import contextlib
import itertools
import os
import subprocess
import tempfile
import time

from . import keeping
from .draw import FIELD, Load, Wiring
from .judge import Answer, Seen
from .namespaces import Namespace, remove
from .numbers import Numbers
from .programs import Consumer, Publisher, Relay, Talker, die_with_parent
from .outcome import Broken, skip_case
from .recording import Recording, analyze, frames_in
from .tcp import TcpClient, TcpServer
from .waiting import wait_until
from .watch import NoWatch, TextWatch, TruthOnly, Watch, require_watch

GROUP, PORT = "239.77.1.1", 26477
GROUP_B, PORT_B = "239.77.2.1", 26478
LARGE_BUFFER = 2_000_000  # 4 800 small datagrams: nobody overflows it whom the test does not make slow
USUAL_BUFFER = 106_496    # doubled by the kernel: Debian's net.core.rmem_default, 256 small datagrams
COUNT = itertools.count(1)  # of namespaces and files of this process


class Lab:
    def __init__(self, test, wiring=Wiring(), load=Load(), folder=None):
        self.test = test
        self.wiring = wiring
        self.load = load
        self.dice = None
        self.keeps = folder is not None
        self.shows = False  # the text report, too: said()
        self.captures, self.consumers, self.texts, self.kept = {}, [], [], []
        self.feeds = {}  # consumer: (publisher, line) that it was compared with
        self.analyzed = None  # frames in the files that analyze() was given
        self.stack = contextlib.ExitStack()
        self.folder = str(folder) if folder else self.stack.enter_context(
            tempfile.TemporaryDirectory(prefix=f"wirecause-live-{os.getpid()}-"))
        self.truth_only = os.environ.get("LIVE_TRUTH_ONLY") == "1"
        self.host = self.publisher_side = self.switch = self.middle = None
        self.client_side = self.server_side = None
        self.publishers, self.relays = [], {"A": [], "B": []}

    def namespace(self):
        name = f"wc-{self.test}-{os.getpid()}-{next(COUNT)}"
        self.stack.callback(remove, name)
        return Namespace(name)

    def file(self, name):
        return os.path.join(self.folder, f"{next(COUNT)}-{name}")

    def close(self):
        try:
            if self.keeps:
                keeping.finish(self)
        finally:
            self.stack.close()

    # ---- topologies

    def cable(self, left, left_name, right, right_name):
        left.run_where_made("veth", "ip", "link", "add", left_name, "type", "veth", "peer", "name", right_name, "netns", right.name)
        left.run("ip", "link", "set", left_name, "up")
        right.run("ip", "link", "set", right_name, "up")

    def address(self, namespace, interface, address):
        namespace.run("ip", "address", "add", f"{address}/24", "dev", interface)

    def pair(self, relayed=""):
        self.publisher_side, self.host = self.namespace(), self.namespace()
        self._line(0, relayed)

    def two_lines(self, relayed=""):
        self.pair(relayed)
        self._line(1, relayed)

    def second_line(self):
        """Line B beside switched()."""
        self._line(1, "")

    def _line(self, n, relayed):
        line, feed, net = self.wiring.lines[n], self.wiring.feeds[n], self.wiring.nets[n]
        if "AB"[n] in relayed:
            self._through_the_middle(n, line, feed)
        else:
            self.cable(self.publisher_side, line, self.host, feed)
        self.address(self.publisher_side, line, f"{net}.1")
        self.address(self.host, feed, f"{net}.2")

    def _through_the_middle(self, n, line, feed):
        if self.middle is None:
            self.middle = self.namespace()
            self.middle.without_ipv6()
        self.cable(self.publisher_side, line, self.middle, f"left{n}")
        self.cable(self.host, feed, self.middle, f"right{n}")
        for namespace, name in ((self.publisher_side, line), (self.host, feed), (self.middle, f"left{n}"), (self.middle, f"right{n}")):
            plain_frames(namespace, name)

    def client_server(self, relayed=False):
        """The client's interface is lines[0] with nets[0].1, the server's feeds[0] with nets[0].2."""
        self.pair("A" if relayed else "")
        self.client_side, self.server_side = self.publisher_side, self.host

    def switched(self, snooping=False):
        """A switch between publisher and host: its port to the host is port1, to the publisher port0. Snooping: it carries a
        group only to ports from which a report came, and asks for them itself (its own querier)."""
        self.publisher_side, self.switch, self.host = self.namespace(), self.namespace(), self.namespace()
        self.switch.run_where_made("bridges", "ip", "link", "add", "bridge0", "type", "bridge", "mcast_snooping", int(snooping))
        self.switch.run("ip", "link", "set", "bridge0", "up")
        self.cable(self.publisher_side, self.wiring.lines[0], self.switch, "port0")
        self.cable(self.host, self.wiring.feeds[0], self.switch, "port1")
        for port in ("port0", "port1"):
            self.switch.run("ip", "link", "set", port, "master", "bridge0")
        self.address(self.publisher_side, self.wiring.lines[0], f"{self.wiring.nets[0]}.1")
        self.address(self.host, self.wiring.feeds[0], f"{self.wiring.nets[0]}.2")
        if snooping:
            self._ask_for_members()

    def _ask_for_members(self):
        """A querier floods for as long as members have for their answer, here a tenth of a second; then it believes its table."""
        self.switch.run("ip", "link", "set", "bridge0", "type", "bridge", "mcast_query_response_interval", 10)
        self.switch.run("ip", "link", "set", "bridge0", "type", "bridge", "mcast_querier", 1)
        since = time.monotonic()
        wait_until(lambda: time.monotonic() - since > 0.2, "the switch believes its table")

    # ---- processes

    def line_words(self, name, how=""):
        """A line as lab_publisher takes it: line_words("A", "raw")."""
        n, w = "AB".index(name), self.wiring
        return f"{name}:{w.nets[n]}.1:{w.groups[n]}:{w.ports[n]}:{w.lines[n]}" + (f":{how}" if how else "")

    def publisher(self, *lines, framing=None):
        """Of the lines "A", "B", or of any as lab_publisher takes them."""
        words = [self.line_words(line) if line in ("A", "B") else line for line in lines or ("A",)]
        publisher = Publisher(self.publisher_side, self.file("truth"), words, framing or self.load.framing)
        self.stack.callback(publisher.end)
        self.publishers.append(publisher)
        return publisher

    def consumer(self, line="A", framing=None, **options):
        """Joined as it should be and with a large buffer, unless told otherwise (join=[], bind=..., rcvbuf=...)."""
        n, w = "AB".index(line), self.wiring
        options.setdefault("join", [f"{w.groups[n]}@{w.feeds[n]}"])
        options.setdefault("bind", w.groups[n])
        options.setdefault("rcvbuf", LARGE_BUFFER)
        consumer = Consumer(self.host, options.pop("port", w.ports[n]), framing or self.load.framing, **options)
        self.stack.callback(consumer.end)
        self.consumers.append(consumer)
        consumer.relays = self.relays[line]
        if consumer.who["rcvbuf"] < 2 * options["rcvbuf"]:  # the kernel doubles what it is asked for
            skip_case(f"a receive buffer of {options['rcvbuf']} bytes is not to be had: CAP_NET_ADMIN, or net.core.rmem_max")
        return consumer

    def tcp_server(self, port=None, **options):
        """On the host, at lab.server_at(). Options: lab/lib/wirecause_lab/tcp.py."""
        address, usual = self.server_at()
        server = TcpServer(self.host, address, port or usual, self.file("server.jsonl"), **options)
        self.stack.callback(server.end)
        return server

    def tcp_client(self, port=None, namespace=None, **options):
        """Of the server's address; not connected yet."""
        address, usual = self.server_at()
        client = TcpClient(namespace or self.publisher_side, address, port or usual, self.file("client.jsonl"), **options)
        self.stack.callback(client.end)
        return client

    def server_at(self):
        return f"{self.wiring.nets[0]}.2", self.wiring.ports[0]

    def relay(self, line, *rules, seed=1, everything=False):
        """The impairment box on a line that goes through it; down is to the host. lab/lib/relay/README.md has the rules."""
        n = "AB".index(line)
        relay = Relay(self.middle, f"left{n}", f"right{n}", rules, self.file("relay.jsonl"), FIELD[self.load.framing], seed,
                      everything)
        self.stack.callback(relay.end)
        self.relays[line].append(relay)
        return relay

    def watch(self, *words, namespace=None, prefix=(), outside=False):
        """`wirecause watch` on the host, ready: what is sent from now on is seen. Without words: line A's. `outside`: started in
        the machine's own namespace, with --netns; `ip netns exec` hides what /sys says of cgroups."""
        namespace, words = namespace or self.host, words or self.wiring.feeds[:1]
        if self.keeps:
            keeping.start_captures(self, namespace, [word for word in words if word in interfaces_of(namespace)])
        if self.shows and not self.truth_only:
            self.texts.append(TextWatch(namespace, words))
            self.stack.callback(self.texts[-1].kill)
        watch = NoWatch() if self.truth_only else Watch(namespace, words, prefix, outside,
                                                    self.file("watch.jsonl") if self.keeps else None)
        self.stack.callback(watch.kill)
        watch.wait_ready()
        return watch

    def said(self):
        """What the text reports say, once their JSON sisters have ended; with `shows`."""
        return "".join(text.end() for text in self.texts)

    def run_watch(self, *words, prefix=()):
        """`wirecause watch` on the host, from begin to end: what subprocess.run() gives."""
        if self.truth_only:
            raise TruthOnly
        require_watch()
        command = self.host.command(*prefix, os.environ["WIRECAUSE"], "watch", *words)
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=30)

    def talker(self, namespace, program, *words):
        """A process that speaks by lines: hear(), say()."""
        talker = Talker(namespace, program, words)
        self.stack.callback(talker.end)
        return talker

    def process(self, namespace, *words):
        """Any other process of the test."""
        process = subprocess.Popen(namespace.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   preexec_fn=die_with_parent)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    # ---- captures and answers

    def record(self, *words, namespace=None, interface=None):
        """tcpdump (words: its filter and options) on an interface, else line A's on the host, ready: what is sent from now
        on is in."""
        recording = Recording(namespace or self.host, interface or self.wiring.feeds[0], self.file("capture.pcap"), words)
        self.stack.callback(recording.kill)
        return recording

    def recorded(self, *rules, seconds=1):
        """The feed through a relay with these rules, recorded on the host: (relay, recording, publisher). All of it is sent and
        read; the recording still runs."""
        self.pair(relayed="A")
        relay = self.relay("A", *rules, seed=self.dice.between(1, 10**6))
        recording = self.record(f"udp port {self.wiring.ports[0]}")
        publisher, consumer = self.publisher(), self.consumer()
        publisher.send(seconds * self.load.rate, **self.load.words)
        consumer.wait_drained()
        return relay, recording, publisher

    def analyze(self, *files_and_words):
        """`wirecause analyze --json`: its report."""
        if self.truth_only:
            raise TruthOnly
        self.analyzed = frames_in(files_and_words)
        return analyze(files_and_words)

    def missed(self, consumer, line="A", publisher=None):
        """Numbers that were published on the line and that the consumer did not read, whatever the reason."""
        publisher = publisher or self.publishers[0]
        self.feeds[consumer] = publisher, line
        return publisher.truth().published(line) - consumer.read()

    def seen(self, consumer):
        """By the publisher's list and the reader's journal, all epochs; None: the reader has gone."""
        publisher, line = self.feeds[consumer]
        try:
            journal = consumer.journal()
        except (Broken, OSError):
            return None
        truth, read = publisher.truth(), Numbers(map(tuple, journal["ranges"]))
        return Seen(truth.units(line), journal["units"], (truth.published(line) - read).at_the_ends_of(truth.published(line)))

    def answer(self, report, lost=0, missed=None, shares=None, victims=None):
        """What a case gives back. `lost`: units, each counted once, at the place where it was lost. `missed`: {consumer:
        units that it did not read}: the sum of each must meet. `shares`: {cause: units}, where the journals tell what is
        whose. `victims`: {cause: [consumer]}: who bears it, and nobody else."""
        missed = missed or {}
        seen = {consumer: self.seen(consumer) for consumer in missed if consumer in self.feeds}
        return Answer(report, lost, missed, seen, shares or {}, victims or {}, self.analyzed)


OFFLOADS = ("rx", "tx", "sg", "tso", "gso", "gro", "rxvlan", "txvlan")


def plain_frames(namespace, interface):
    """No offload: what the relay takes off the wire are the frames that were put on it, with their checksums filled in."""
    namespace.run("ethtool", "-K", interface, *(word for feature in OFFLOADS for word in (feature, "off")), ok=False)


def interfaces_of(namespace):
    return namespace.run("ls", "/sys/class/net").split()
