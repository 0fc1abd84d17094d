# SPDX-License-Identifier: Apache-2.0
"""Who may have a CPU: a busy process on one of them, and a CPU quota of a cgroup of the lab's own."""
import os
import pathlib
import sys

from .outcome import Skipped, happened
from .waiting import wait_until

CPU_V1, CPU_V2 = pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup")
LONGEST_HOG = 20.0  # seconds, whatever becomes of the scenario
BEGUN = 150_000_000  # nanoseconds of CPU: it has started and does nothing else any more


def cpus():
    return sorted(os.sched_getaffinity(0))


class Hog:
    """A process of the host that does nothing else but need that CPU, inside a `with`."""

    def __init__(self, lab, cpu):
        self.lab, self.cpu, self.ran = lab, cpu, 0  # ran: nanoseconds that it had a CPU inside

    def __enter__(self):
        code = f"import time\nend = time.monotonic() + {LONGEST_HOG}\nwhile time.monotonic() < end: pass"
        self.process = self.lab.process(self.lab.host, "taskset", "-c", self.cpu, sys.executable, "-c", code)
        wait_until(lambda: run_time(self.process.pid) > BEGUN, "the busy thread runs")
        self.before = run_time(self.process.pid)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.ran = run_time(self.process.pid) - self.before
        self.process.kill()
        self.process.wait()

    def check_ran(self, ns):
        happened(self.ran >= ns, f"the busy thread had the CPU for {self.ran} ns, not for {ns}")


def run_time(pid):
    """Nanoseconds that the process ran (/proc/PID/schedstat, first figure)."""
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])


def run_delay(pid):
    """Nanoseconds that the process was runnable and did not run (/proc/PID/schedstat, second figure)."""
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1])


class Quota:
    """A CPU cgroup, version 1 or 2, with a period of 100 ms. Its processes move up and it goes with the lab."""

    def __init__(self, lab, name):
        is_v1 = (CPU_V1 / "cpu.shares").exists()
        if not is_v1 and "cpu" not in self._controllers():
            raise Skipped("no CPU controller in cgroup v1 or v2 here")
        self.folder = (CPU_V1 if is_v1 else CPU_V2) / name
        self.file = self.folder / ("cpu.cfs_quota_us" if is_v1 else "cpu.max")
        self.none = "-1" if is_v1 else "max"
        self.folder.mkdir()
        lab.stack.callback(self._remove)

    @staticmethod
    def _controllers():
        file = CPU_V2 / "cgroup.subtree_control"
        return file.read_text(encoding="ascii").split() if file.exists() else []

    def add(self, pid):
        (self.folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def set(self, us):
        """It may use so many of 100 000 us; None: all."""
        self.file.write_text(self.none if us is None else str(us), encoding="ascii")

    def throttled(self):
        lines = (self.folder / "cpu.stat").read_text(encoding="ascii").splitlines()
        return int(dict(line.split() for line in lines)["nr_throttled"])

    def _remove(self):
        for pid in (self.folder / "cgroup.procs").read_text(encoding="ascii").split():
            (self.folder.parent / "cgroup.procs").write_text(pid, encoding="ascii")
        self.folder.rmdir()
