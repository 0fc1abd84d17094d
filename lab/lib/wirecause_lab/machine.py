# SPDX-License-Identifier: Apache-2.0
"""Knobs of the whole machine: one scenario at a time, and put back by a process that outlives the one that turned them.

    python3 -m wirecause_lab.machine NAME=VALUE...     the guard: waits for the end of its stdin, then sets the values

The lock holds the values of before as long as a knob is turned. Where they are found in it, the guard was killed, too: they are
put back by the next who takes the lock.
"""
import contextlib
import fcntl
import os
import pathlib
import signal
import subprocess
import sys
import time

from .outcome import Broken

KNOBS = os.environ.get("WIRECAUSE_LAB_KNOBS", "/proc/sys")  # tests: a folder of theirs
LONGEST_WAIT = 600  # seconds
# What is found in it is written to knobs: in a folder where only root makes files.
LOCK = os.environ.get("WIRECAUSE_LAB_LOCK", "/run/wirecause-lab-machine")


def path_of(name):
    return pathlib.Path(KNOBS) / name.replace(".", "/")


def take(lock):
    """Waits for the other lab that turns knobs, and says so."""
    deadline, has_told = time.monotonic() + LONGEST_WAIT, False
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Broken(f"{LOCK} was held by another lab for {LONGEST_WAIT} s") from None
        if not has_told:
            print(f"wirecause-lab: waiting for {LOCK}: another lab turns knobs of this machine", file=sys.stderr, flush=True)
            has_told = True
        time.sleep(0.2)


class Guard:
    """Holds the lock and the values of before; whatever ends this process, the guard puts them back."""

    def __init__(self, names):
        self.names = names
        self.process = None

    def __enter__(self):
        with open(LOCK, "a+", encoding="ascii") as lock:
            take(lock)  # the guard has inherited it, and keeps it until it has put back
            lock.seek(0)
            put_back(lock.read().splitlines())
            words = [f"{name}={path_of(name).read_text().strip()}" for name in self.names]
            lock.truncate(0)
            lock.write("".join(f"{word}\n" for word in words))
            lock.flush()
            self.before = dict(word.split("=", 1) for word in words)
            environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parent.parent)}
            command = [sys.executable, "-m", "wirecause_lab.machine", str(lock.fileno()), *words]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[lock.fileno()],
                                            start_new_session=True, env=environment)
        if self.process.stdout.readline() != b"ready\n":
            raise Broken("the guard of the machine's knobs did not start")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        for name, value in self.before.items():
            if path_of(name).read_text().strip() != value:
                raise Broken(f"{name} was not put back to {value}")


def put_back(words):
    """Every knob, also when one of them cannot be set any more."""
    for word in words:
        name, value = word.split("=", 1)
        with contextlib.suppress(OSError):
            path_of(name).write_text(value)


def guard(lock, words):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print("ready", flush=True)
    while sys.stdin.buffer.read(1):
        pass
    put_back(words)
    os.ftruncate(lock, 0)


if __name__ == "__main__":
    guard(int(sys.argv[1]), sys.argv[2:])
