# SPDX-License-Identifier: Apache-2.0
"""Knobs of the whole machine: one scenario at a time, and put back by a process that outlives the one that turned them.

    python3 -m wirecause_lab.machine NAME=VALUE...     the guard: waits for the end of its stdin, then sets the values
"""
import fcntl
import os
import pathlib
import signal
import subprocess
import sys

from .outcome import Broken

LOCK = "/run/lock/wirecause-lab-machine"


def path_of(name):
    return pathlib.Path("/proc/sys") / name.replace(".", "/")


class Guard:
    """Holds the lock and the values of before; whatever ends this process, the guard puts them back."""

    def __init__(self, names):
        self.names = names
        self.process = None

    def __enter__(self):
        with open(LOCK, "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the guard has inherited it, and keeps it until it has put back
            words = [f"{name}={path_of(name).read_text().strip()}" for name in self.names]
            self.before = dict(word.split("=", 1) for word in words)
            environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parent.parent)}
            self.process = subprocess.Popen([sys.executable, "-m", "wirecause_lab.machine", *words], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, pass_fds=[lock.fileno()], start_new_session=True,
                                            env=environment)
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


def guard(words):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print("ready", flush=True)
    while sys.stdin.buffer.read(1):
        pass
    for word in words:
        name, value = word.split("=", 1)
        path_of(name).write_text(value)


if __name__ == "__main__":
    guard(sys.argv[1:])
