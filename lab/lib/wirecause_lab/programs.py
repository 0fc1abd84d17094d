# SPDX-License-Identifier: Apache-2.0
"""The publisher and the consumers, each a process in its namespace that answers line by line."""
import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess

from .kernel import socket_waiting
from .numbers import Numbers, Truth
from .outcome import Broken
from .waiting import wait_until

PR_SET_PDEATHSIG = 1


def program(name):
    """Path of one of the lab's own programs (lab/lib/programs)."""
    return os.path.join(os.environ["WIRECAUSE_LAB_PROGRAMS"], f"lab_{name}")


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def go_first():
    """Before anything else that the machine does: who starves here was starved by the test. Where the scheduler groups by
    session (sched_autogroup), a session of its own has a weight of its own, and nice counts only inside it."""
    die_with_parent()
    os.setsid()
    with contextlib.suppress(OSError):  # CAP_SYS_NICE
        os.nice(-15)
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:
        group.write("-15")


def keep_time(pid, is_steady=True):
    """It sleeps most of the time and runs when it is due, whatever else the machine does: a feed of a steady rate is one. One that
    goes flat out would keep a reader off its CPU, and is made equal to it. Not allowed: go_first() has to do."""
    with contextlib.suppress(OSError):  # CAP_SYS_NICE, or no real-time share in this cgroup
        os.sched_setscheduler(pid, *((os.SCHED_FIFO, os.sched_param(1)) if is_steady else (os.SCHED_OTHER, os.sched_param(0))))


class Talker:
    """A process that answers one line to each line."""

    def __init__(self, namespace, program, words, goes_first=True):
        self.process = subprocess.Popen(namespace.command(program, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1, preexec_fn=go_first if goes_first else die_with_parent)
        self.name = os.path.basename(program)

    def hear(self, seconds=60.0):
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            raise Broken(f"{self.name} gave no answer (exit code {self.process.poll()})")
        return line

    def say(self, text):
        self.process.stdin.write(text + "\n")

    def end(self):
        """Ends it in any case; a stopped process too."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Publisher(Talker):
    def __init__(self, namespace, truth_path, lines, framing="mold"):
        super().__init__(namespace, program("publisher"), [framing, truth_path, *lines])
        keep_time(self.process.pid)
        self.truth_path = truth_path
        self.next = 1
        self.hear()

    def begin(self, text):
        """Gives a command and does not wait until it is carried out."""
        self.say(text)

    def finish(self):
        word, following = self.hear().split()
        self.next = int(following)
        if word != "done":
            raise Broken(f"the other side has not taken what {self.name} sent: {word}")

    def do(self, text):
        self.begin(text)
        self.finish()

    def send(self, packets, rate=5000, **more):
        """At most `rate` datagrams a second; skip=["A:10-19"]."""
        skips = [f"skip={skip}" for skip in more.pop("skip", ())]
        words = [f"{key}={value}" for key, value in more.items()]
        keep_time(self.process.pid, rate > 0)
        self.do(" ".join(["send", f"packets={packets}", f"rate={rate}", *words, *skips]))
        keep_time(self.process.pid)

    def burst(self, packets, **more):
        """Flat out."""
        self.send(packets, rate=0, **more)

    def pause(self, ms):
        """A quiet time that belongs to the traffic."""
        self.do(f"pause ms={ms}")

    def restart(self, first=1):
        """A new session, whose numbers begin there; in the truth its line is "A/2"."""
        self.do(f"restart first={first}")

    def truth(self):
        return Truth(self.truth_path)


class Relay(Talker):
    """The impairment box (lab/lib/relay) between two interfaces of a namespace; it answers when it carries."""

    def __init__(self, namespace, left, right, rules, journal, field=None, seed=1, everything=False):
        words = [f"left={left}", f"right={right}", f"journal={journal}", f"seed={seed}"]
        words += [f"field={field}"] if field else []
        words += ["all=1"] if everything else []
        super().__init__(namespace, program("relay"), [*words, *(f"rule={rule}" for rule in rules)])
        self.path = journal
        self.hear()

    def switch(self, name, is_on):
        """Rules with this name=... begin or end to hold."""
        self.say(f"{'on' if is_on else 'off'} {name}")
        self.hear()

    def summary(self):
        """Frames and actions so far; the journal is whole up to here."""
        self.say("report")
        return json.loads(self.hear())

    def wait_idle(self, seconds=20.0):
        """Until it holds no frame any more, and what it sent has arrived."""
        wait_until(lambda: self.summary()["idle"], "the relay lets go what it holds", seconds)

    def journal(self, action=None):
        """What it did, a dict each; lost before the relay itself: Broken."""
        summary = self.summary()
        if summary["missed"] or summary["refused"]:
            raise Broken(f"the relay itself lost {summary['missed']} frames, and {summary['refused']} were refused to it")
        with open(self.path, encoding="ascii") as file:
            lines = [json.loads(line) for line in file]
        return [line for line in lines if action is None or line["action"] == action]

    def numbers(self, action, count=1):
        """Numbers of the feed's datagrams that it did this to, each with `count` of them."""
        return Numbers((line["number"], line["number"] + count) for line in self.journal(action) if line["number"] is not None)


class Consumer(Talker):
    def __init__(self, namespace, port, framing="mold", **options):
        joins = [f"join={join}" for join in options.pop("join", ())]
        goes_first = options.pop("goes_first", True)
        prefix = options.pop("prefix", ())  # a command that starts it: ("env", "NAME=VALUE")
        words = [f"{key}={value}" for key, value in options.items()]
        command = [*prefix, program("consumer"), framing, str(port), *joins, *words]
        super().__init__(namespace, command[0], command[1:], goes_first)
        self.namespace = namespace
        self.relays = []  # on its line
        self.who = json.loads(self.hear())
        self.pid = self.who["pid"]

    def journal(self):
        self.say("report")
        return json.loads(self.hear())

    def read(self):
        """Numbers that it read."""
        return Numbers(tuple(pair) for pair in self.journal()["ranges"])

    def drops(self):
        """The socket's own drop counter (SO_MEMINFO)."""
        return self.journal()["drops"]

    def wait_drained(self, seconds=20.0):
        """Until nothing waits in its socket, nor in a relay on its line."""
        for relay in self.relays:
            relay.wait_idle(seconds)
        wait_until(lambda: socket_waiting(self.namespace, self.who["inode"]) == 0, f"{self.name} reads what waits", seconds)
        return self.journal()

    def wait_read(self, units, seconds=20.0):
        """Until it has read that many."""
        wait_until(lambda: self.journal()["units"] >= units, f"{self.name} reads {units} units", seconds)
        return self.journal()

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)
