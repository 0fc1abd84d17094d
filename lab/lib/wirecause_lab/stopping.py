# SPDX-License-Identifier: Apache-2.0
"""A process that does not run for a while: what comes meanwhile waits for it, or finds no room."""
import contextlib
import os
import pathlib
import signal

from .waiting import wait_until


def is_stopped(pid):
    """Every thread of it."""
    stats = (file.read_text(encoding="utf-8", errors="replace") for file in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"))
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


@contextlib.contextmanager
def stopped(process, is_meant=True):
    """SIGSTOP, and SIGCONT at the end of the `with`; not meant: it runs."""
    if not is_meant:
        yield
        return
    process.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: is_stopped(process.pid), f"process {process.pid} is stopped")
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def burst_through(lab, process, publisher, overrun):
    """Half of the feed before and half of it after a burst, whose length is given back; `overrun`: the process that captures
    does not run meanwhile."""
    burst = lab.dice.between(3000, 4000)
    publisher.send(lab.load.rate // 4, **lab.load.words)
    with stopped(process, overrun):
        publisher.send(burst, rate=20_000, count=lab.load.count, size=lab.load.size)
        for relay in (relay for relays in lab.relays.values() for relay in relays):
            relay.wait_idle()
    publisher.send(lab.load.rate // 4, **lab.load.words)
    return burst
