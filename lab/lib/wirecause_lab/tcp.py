# SPDX-License-Identifier: Apache-2.0
"""A TCP server and clients, each a process in its namespace, with what they did (their journals) beside what they say."""
import json

from .namespaces import run
from .programs import Talker, program


class TcpProgram(Talker):
    def __init__(self, namespace, name, journal, words, options):
        super().__init__(namespace, program(name), [*words, *(f"{key}={value}" for key, value in options.items())])
        self.namespace = namespace
        self.path = journal
        self.who = json.loads(self.hear())
        self.pid = self.who["pid"]

    def do(self, text):
        self.say(text)
        return json.loads(self.hear())

    def report(self):
        """Its counts; the journal is whole up to here."""
        return self.do("report")

    def journal(self, what=None, connection=None):
        """Lines that it wrote down: {"t": ns, "connection", "what": "write" | "read" | "info" | ..., ...}."""
        self.report()
        return self.written(what, connection)

    def written(self, what=None, connection=None):
        """The same of one that has gone: as far as it came to write."""
        with open(self.path, encoding="ascii") as file:
            lines = [json.loads(line) for line in file if line.endswith("\n")]
        return [line for line in lines if what in (None, line["what"]) and connection in (None, line["connection"])]

    def info(self, connection=1):
        """The newest TCP_INFO sample of a connection."""
        return self.journal("info", connection)[-1]

    def vanish(self, interface):
        """As a host that loses its power: no word of it leaves the interface, and the process is gone."""
        self.namespace.run("ip", "link", "set", interface, "down")
        self.process.kill()
        self.process.wait()


class TcpServer(TcpProgram):
    """request=, response=, parts=, gap_us=, think_us=, read_bytes=, every_us=, accept="no", backlog=, close_after=, how="abort",
    nodelay=, sndbuf=, rcvbuf=, control= (lab/lib/programs/tcp_server.cpp)."""

    def __init__(self, namespace, address, port, journal, **options):
        super().__init__(namespace, "tcp_server", journal, [address, port, journal], options)


class TcpClient(TcpProgram):
    """Answers of its commands are dicts; `error` is 0 or the name of an errno."""

    def __init__(self, namespace, address, port, journal, **options):
        super().__init__(namespace, "tcp_client", journal, [address, port, journal], options)

    def order(self, command, **words):
        return self.do(" ".join([command, *(f"{key}={value}" for key, value in words.items())]))

    def begin(self, command, **words):
        """Gives a command and does not wait; finish() has its answer."""
        self.say(" ".join([command, *(f"{key}={value}" for key, value in words.items())]))

    def finish(self):
        return json.loads(self.hear())

    def connect(self, **words):
        return self.order("connect", **words)

    def request(self, **words):
        return self.order("request", **words)

    def bulk(self, **words):
        return self.order("bulk", **words)


def sockets(namespace, state="all"):
    """What the kernel lists of TCP here: (local, peer, receive queue, send queue) by `ss`."""
    rows = [line.split() for line in run(*namespace.command("ss", "-tanH", "state", state)).splitlines()]
    at = 1 if state == "all" else 0  # the state itself stands first
    return [(row[at + 2], row[at + 3], int(row[at]), int(row[at + 1])) for row in rows]
