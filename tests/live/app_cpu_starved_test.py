# SPDX-License-Identifier: Apache-2.0
"""A reader that wants to run and may not: another thread has its CPU, or its cgroup has used up its quota."""
import contextlib
import os
import pathlib
import sys

from live_support import USUAL_BUFFER, check, check_equal, happened, main, skip

BUFFER_FOR_PERIODS = 600_000  # doubled by the kernel: 1 440 small datagrams, and 400 come in a period of 100 ms
NEVER = ("app_stalled", "app_slow_consumer", "socket_rcvbuf_burst")
CPU_V1, CPU_V2 = pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup")


def run_delay(pid):
    """Nanoseconds that the process was runnable and did not run (/proc/PID/schedstat, second figure)."""
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1])


def starved(lab, consumer, begin, end, outside=False):
    """Traffic before, during and after the time between begin() and end()."""
    watch = lab.watch(outside=outside)
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    before = run_delay(consumer.pid)
    begin()
    publisher.send(packets=4000, rate=4000)
    end()
    publisher.send(packets=2000, rate=4000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) >= 300, f"the starved reader should have lost datagrams; missed {missed}")
    happened(journal["drops"] == len(missed), "the socket dropped what was not read")
    return watch, publisher, missed, run_delay(consumer.pid) - before


def named(report, consumer, publisher, missed):
    finding = report.check_named("app_cpu_starved", never=NEVER)
    check_equal(finding["explained"], len(missed), "units explained")
    report.check_consumer(consumer, publisher.truth())
    return finding


def another_thread_has_its_cpu(lab):
    """The reader shares its CPU with a busy process that goes first: app_cpu_starved, not stalled."""
    lab.pair()
    cpu = min(os.sched_getaffinity(0))
    consumer = lab.consumer(cpu=cpu, idle_class=1, goes_first=False, rcvbuf=USUAL_BUFFER)
    hog = []

    def begin():
        hog.append(lab.process(lab.host, "taskset", "-c", cpu, sys.executable, "-c", "while True: pass"))

    def end():
        hog[0].kill()
        hog[0].wait()

    watch, publisher, missed, delay = starved(lab, consumer, begin, end)
    happened(delay > 300_000_000, f"the reader waited {delay} ns for its CPU")
    named(watch.end(), consumer, publisher, missed)


@contextlib.contextmanager
def cgroup(lab, name):
    """(folder, quota(us or None)) of a new CPU cgroup, version 1 or 2; a period of 100 ms."""
    is_v1 = (CPU_V1 / "cpu.cfs_quota_us").exists() or (CPU_V1 / "cpu.shares").exists()
    folder = (CPU_V1 if is_v1 else CPU_V2) / name
    if not is_v1 and "cpu" not in (CPU_V2 / "cgroup.subtree_control").read_text(encoding="ascii").split():
        skip("no CPU controller in cgroup v1 or v2 here")
    folder.mkdir()
    file = folder / ("cpu.cfs_quota_us" if is_v1 else "cpu.max")
    try:
        yield folder, lambda us: file.write_text(str(us or (-1 if is_v1 else "max")), encoding="ascii")
    finally:
        parent = folder.parent / "cgroup.procs"
        for pid in (folder / "cgroup.procs").read_text(encoding="ascii").split():
            parent.write_text(pid, encoding="ascii")
        folder.rmdir()


def throttled(folder):
    text = (folder / "cpu.stat").read_text(encoding="ascii")
    return int(dict(line.split() for line in text.splitlines())["nr_throttled"])


def limited(lab, buffer):
    """The reader's cgroup may use 2 ms of 100 ms, and it needs more."""
    lab.pair()
    consumer = lab.consumer(service_us=30, rcvbuf=buffer)
    name = f"wc-{os.getpid()}"
    folder, quota = lab.stack.enter_context(cgroup(lab, name))
    (folder / "cgroup.procs").write_text(str(consumer.pid), encoding="ascii")
    watch, publisher, missed, _ = starved(lab, consumer, lambda: quota(2000), lambda: quota(None), outside=True)
    happened(throttled(folder) >= 3, "the cgroup should have been throttled")
    finding = named(watch.end(), consumer, publisher, missed)
    told = " ".join([finding["because"], *(a["command"] for a in finding["actions"]),
                     *(str(e["text"]) for e in finding["evidence"])])
    check(name in told, f"the cgroup {name} is not said: {told}")


def quota_used_up(lab):
    """No pause of the reader outlasts its buffer by much: app_cpu_starved, with the cgroup and its quota."""
    limited(lab, USUAL_BUFFER)


def quota_used_up_for_longer_than_one_period(lab):
    """The buffer outlasts four periods, so that no single pause fills it: app_cpu_starved all the same."""
    limited(lab, BUFFER_FOR_PERIODS)


main(another_thread_has_its_cpu, quota_used_up, quota_used_up_for_longer_than_one_period, tools=("taskset",))
