# SPDX-License-Identifier: Apache-2.0
"""One test's laboratory: named topologies, the processes in them, and the removal of all of it in reverse order.

pair()      publisher --line0/feed0-- host
two_lines() publisher --line0/feed0-- host      line A
                      --line1/feed1--           line B
switched()  publisher --line0/port0-- switch (a bridge) --port1/feed0-- host

Line A is 239.77.1.1:26477 from 10.77.1.1, line B 239.77.2.1:26478 from 10.77.2.1; the host is .2.
"""
import contextlib
import os
import subprocess
import tempfile

from .namespaces import Namespace, remove
from .programs import Consumer, Publisher, die_with_parent
from .watch import NoWatch, TruthOnly, Watch, require_watch

GROUP, PORT = "239.77.1.1", 26477
GROUP_B, PORT_B = "239.77.2.1", 26478
LARGE_BUFFER = 2_000_000  # 4 800 small datagrams: nobody overflows it whom the test does not make slow
USUAL_BUFFER = 106_496    # doubled by the kernel: Debian's net.core.rmem_default, 256 small datagrams


class Lab:
    def __init__(self, test):
        self.test = test
        self.stack = contextlib.ExitStack()
        self.count = 0
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix=f"wirecause-live-{os.getpid()}-"))
        self.truth_only = os.environ.get("LIVE_TRUTH_ONLY") == "1"
        self.host = self.publisher_side = self.switch = None

    def namespace(self):
        self.count += 1
        name = f"wc-{self.test}-{os.getpid()}-{self.count}"
        self.stack.callback(remove, name)
        return Namespace(name)

    def close(self):
        self.stack.close()

    # ---- topologies

    def cable(self, left, left_name, right, right_name):
        left.run("ip", "link", "add", left_name, "type", "veth", "peer", "name", right_name, "netns", right.name)
        left.run("ip", "link", "set", left_name, "up")
        right.run("ip", "link", "set", right_name, "up")

    def address(self, namespace, interface, address):
        namespace.run("ip", "address", "add", f"{address}/24", "dev", interface)

    def pair(self):
        self.publisher_side, self.host = self.namespace(), self.namespace()
        self._line(0)

    def two_lines(self):
        self.pair()
        self._line(1)

    def second_line(self):
        """Line B beside switched()."""
        self._line(1)

    def _line(self, n):
        self.cable(self.publisher_side, f"line{n}", self.host, f"feed{n}")
        self.address(self.publisher_side, f"line{n}", f"10.77.{n + 1}.1")
        self.address(self.host, f"feed{n}", f"10.77.{n + 1}.2")

    def switched(self):
        """A switch between publisher and host: its port to the host is port1, to the publisher port0."""
        self.publisher_side, self.switch, self.host = self.namespace(), self.namespace(), self.namespace()
        self.switch.run("ip", "link", "add", "bridge0", "type", "bridge", "mcast_snooping", "0")
        self.switch.run("ip", "link", "set", "bridge0", "up")
        self.cable(self.publisher_side, "line0", self.switch, "port0")
        self.cable(self.host, "feed0", self.switch, "port1")
        for port in ("port0", "port1"):
            self.switch.run("ip", "link", "set", port, "master", "bridge0")
        self.address(self.publisher_side, "line0", "10.77.1.1")
        self.address(self.host, "feed0", "10.77.1.2")

    # ---- processes

    def publisher(self, *lines, framing="mold"):
        """Of the lines "A", "B", or of any as live_publisher takes them."""
        known = {"A": f"A:10.77.1.1:{GROUP}:{PORT}:line0", "B": f"B:10.77.2.1:{GROUP_B}:{PORT_B}:line1"}
        words = [known.get(line, line) for line in lines or ("A",)]
        self.count += 1
        publisher = Publisher(self.publisher_side, os.path.join(self.folder, f"truth-{self.count}"), words, framing)
        self.stack.callback(publisher.end)
        return publisher

    def consumer(self, line="A", framing="mold", **options):
        """Joined as it should be and with a large buffer, unless told otherwise (join=[], bind=..., rcvbuf=...)."""
        group, port, interface = (GROUP, PORT, "feed0") if line == "A" else (GROUP_B, PORT_B, "feed1")
        options.setdefault("join", [f"{group}@{interface}"])
        options.setdefault("bind", group)
        options.setdefault("rcvbuf", LARGE_BUFFER)
        consumer = Consumer(self.host, options.pop("port", port), framing, **options)
        self.stack.callback(consumer.end)
        return consumer

    def watch(self, *words, namespace=None, prefix=(), outside=False):
        """`wirecause watch` on the host, ready: what is sent from now on is seen. Without words: feed0. `outside`: started in
        the machine's own namespace, with --netns; `ip netns exec` hides what /sys says of cgroups."""
        watch = NoWatch() if self.truth_only else Watch(namespace or self.host, words or ("feed0",), prefix, outside)
        self.stack.callback(watch.kill)
        watch.wait_ready()
        return watch

    def run_watch(self, *words, prefix=()):
        """`wirecause watch` on the host, from begin to end: what subprocess.run() gives."""
        if self.truth_only:
            raise TruthOnly
        require_watch()
        command = self.host.command(*prefix, os.environ["WIRECAUSE"], "watch", *words)
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=30)

    def process(self, namespace, *words):
        """Any other process of the test."""
        process = subprocess.Popen(namespace.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   preexec_fn=die_with_parent)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process
