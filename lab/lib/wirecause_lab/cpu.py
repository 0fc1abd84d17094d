# SPDX-License-Identifier: Apache-2.0
"""Who may have a CPU: a busy process on one of them, and a CPU quota of a cgroup of the lab's own."""
import contextlib
import os
import pathlib
import sys

from .outcome import Skipped

CPU_V1, CPU_V2 = pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup")
LONGEST_HOG = 10.0  # seconds, whatever becomes of the scenario


def cpus():
    return sorted(os.sched_getaffinity(0))


@contextlib.contextmanager
def hog(lab, cpu):
    """A process of the host that does nothing else but need that CPU."""
    code = f"import time\nend = time.monotonic() + {LONGEST_HOG}\nwhile time.monotonic() < end: pass"
    process = lab.process(lab.host, "taskset", "-c", cpu, sys.executable, "-c", code)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


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
