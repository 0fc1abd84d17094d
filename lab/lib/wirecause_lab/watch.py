# SPDX-License-Identifier: Apache-2.0
"""`wirecause watch --json` as a user runs it: JSON Lines on stdout, the last of them the report."""
import os
import queue
import signal
import subprocess
import threading
import time

from .outcome import check, check_equal, skip
from .programs import go_first
from .recording import parsed
from .report import Report
from .waiting import wait_until

READY_SECONDS = 60.0  # attaching to tracepoints waits for every task of a busy machine
END_SECONDS = 60.0
LONGEST_RUN = "60s"  # of a watch that nobody ends
CHECKS_OF_LINES = []  # functions that give what is wrong with an event; live tests add the schema's


class TruthOnly(Exception):
    """LIVE_TRUTH_ONLY=1: the fault was made and proved by the kernel's counters; wirecause is not asked."""


class NoWatch:
    """Stands in for `wirecause watch` under LIVE_TRUTH_ONLY=1."""

    pid = None

    def wait_ready(self):
        pass

    def kill(self):
        pass

    def __getattr__(self, name):
        raise TruthOnly


def require_watch():
    if subprocess.run([os.environ["WIRECAUSE"], "watch", "-h"], capture_output=True, check=False).returncode != 0:
        skip("this build has no `wirecause watch`")


class TextWatch:
    """`wirecause watch` beside it as a user sees it: the text report at the end. Its tap is open when this is made."""

    def __init__(self, namespace, words):
        require_watch()
        before = taps(namespace)
        self.process = subprocess.Popen(namespace.command(os.environ["WIRECAUSE"], "watch", *words, "--duration", LONGEST_RUN),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        preexec_fn=go_first)
        wait_until(lambda: taps(namespace) > before or self.process.poll() is not None, "watch opens its tap", READY_SECONDS)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        try:
            said, complaints = self.process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"watch did not end in {END_SECONDS} s") from None
        check(self.process.returncode in (0, 1, 3), f"watch ended with {self.process.returncode}: {complaints}")
        return said

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def taps(namespace):
    return len(namespace.read("/proc/net/packet").splitlines()) - 1


class Watch:
    def __init__(self, namespace, words, prefix=(), outside=False, copy=None):
        require_watch()
        self.copy = copy or os.environ.get("LIVE_EVENTS") or os.devnull
        words = list(words)
        if not any(word.startswith("--duration") for word in words):
            words += ["--duration", LONGEST_RUN]
        program = [*prefix, os.environ["WIRECAUSE"], "watch"]
        if outside:
            self.command = [*program, "--netns", namespace.name, *words, "--json"]
        else:
            self.command = namespace.command(*program, *words, "--json")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, preexec_fn=go_first)
        self.lines = queue.Queue()
        self.events = []
        self.complaints = []
        self.readers = [threading.Thread(target=self._read_events, daemon=True),
                        threading.Thread(target=self._read_complaints, daemon=True)]
        for reader in self.readers:
            reader.start()

    def _read_events(self):
        with open(self.copy, "a", encoding="utf-8") as copy:
            for line in self.process.stdout:
                copy.write(line)
                self.lines.put(line)
        self.lines.put(None)

    def _read_complaints(self):
        for line in self.process.stderr:
            self.complaints.append(line)

    def text_of_stderr(self):
        return "".join(self.complaints)

    @property
    def pid(self):
        return self.process.pid

    def next_event(self, seconds):
        """The next line; None at the end."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"watch printed nothing for {seconds} s; stderr: {self.text_of_stderr()}") from None
        if line is None:
            return None
        event = parsed(line)
        self.events.append(event)
        wrong = [violation for violations in CHECKS_OF_LINES for violation in violations(event)]
        check_equal(wrong, [], f"a line of \"event\": \"{event.get('event')}\" against wirecause.live/1")
        return event

    def wait_for(self, kind, seconds):
        """The next event of that kind."""
        deadline = time.monotonic() + seconds
        while True:
            event = self.next_event(max(0.01, deadline - time.monotonic()))
            check(event is not None, f"watch ended without a line \"event\": \"{kind}\"; stderr: {self.text_of_stderr()}")
            if event.get("event") == kind:
                return event

    def wait_ready(self):
        self.wait_for("start", READY_SECONDS)

    def signal(self, number):
        self.process.send_signal(number)

    def wait_end(self, seconds=END_SECONDS):
        """Exit code; all lines are in `events`."""
        while self.next_event(seconds) is not None:
            pass
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"watch closed its output and did not end in {seconds} s") from None
        for reader in self.readers:
            reader.join(seconds)
        return code

    def end(self):
        """Ends it as a user does with ^C; its report."""
        self.signal(signal.SIGINT)
        return self.wait_report()

    def wait_report(self):
        code = self.wait_end()
        check(code in (0, 1, 3), f"watch ended with {code}; stderr: {self.text_of_stderr()}")
        check(self.events and self.events[-1].get("event") == "report", "the last line is not the report")
        return Report(self.events[-1], code, self.events, self.text_of_stderr())

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
