"""What the benchmarks share: one program's time and private memory, several of them interleaved, and the table of it.

SPDX-License-Identifier: Apache-2.0
"""
import os
import statistics
import subprocess
import threading
import time


class PrivateMemory(threading.Thread):
    """Samples the anonymous memory of a process while it runs; the peak is what it needs besides the page cache."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak_kib = pid, 0

    def run(self):
        while True:
            try:
                with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
                    fields = dict(line.split(":", 1) for line in status if line.startswith(("RssAnon", "State")))
            except OSError:
                return
            if "RssAnon" not in fields:  # it has ended: no memory any more
                return
            self.peak_kib = max(self.peak_kib, int(fields["RssAnon"].split()[0]))
            time.sleep(0.002)


def timed(command, cores=1):
    """(wall seconds, CPU seconds, peak private KiB, exit code) of one run on so many cores."""
    mine = sorted(os.sched_getaffinity(0))[-cores:]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: os.sched_setaffinity(0, mine))
    memory = PrivateMemory(process.pid)
    memory.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    return wall, usage.ru_utime + usage.ru_stime, memory.peak_kib, process.returncode


def read_once(path):
    """Every round starts from the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def run_rounds(programs, capture, rounds, cores=1):
    results = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            read_once(capture)
            results[name].append(timed(command, cores))
    return results


def report(results, packets, reference):
    """Prints the table; median wall seconds by name."""
    base = statistics.median(run[0] for run in results[reference])
    print(f"{'program':42} {'wall s':>8} {'CPU s':>8} {'Mpkt/s':>8} {'x ' + reference:>18} {'private MiB':>12}")
    medians = {}
    for name, runs in results.items():
        wall = statistics.median(run[0] for run in runs)
        cpu = statistics.median(run[1] for run in runs)
        medians[name] = wall
        print(f"{name:42} {wall:8.3f} {cpu:8.3f} {packets / wall / 1e6:8.2f} {base / wall:18.2f} "
              f"{max(run[2] for run in runs) / 1024:12.1f}")
    return medians
