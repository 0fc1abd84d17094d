# SPDX-License-Identifier: Apache-2.0
"""A reader that wants to run and may not: another thread has its CPU, or its cgroup has used up its quota."""
import contextlib
import os

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, USUAL_BUFFER, case, happened
from wirecause_lab.cpu import Hog, Quota, cpus, run_delay, run_time


LONG_ENOUGH = 100_000_000  # nanoseconds that a busy thread has the CPU in the 600 ms and more that it is there; others want it, too


def send_through(lab, meanwhile):
    """Half a second of feed, as long again or longer while `meanwhile` holds, and half a second more."""
    publisher, ms = lab.publisher(), lab.dice.between(600, 1000)
    publisher.send(lab.load.rate // 2, **lab.load.words)
    with meanwhile:
        publisher.send(lab.load.rate * ms // 1000, **lab.load.words)
    publisher.send(lab.load.rate // 2, **lab.load.words)


def answer(lab, watch, consumer, least=0):
    """What the consumer missed, which its socket's own counter confirms, and the report."""
    drops = consumer.wait_drained()["drops"]
    missed = lab.missed(consumer)
    happened(drops * lab.load.step == len(missed), f"the socket dropped {drops} datagrams, missed are {missed}")
    happened(len(missed) >= least * lab.load.step, f"{least} datagrams at least should be missed: {missed}")
    happened(least > 0 or len(missed) == 0, f"nothing should be missed: {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(FAULT, "app_cpu_starved", tools=("taskset",), rate=(3000, 5000))
def another_thread_has_its_cpu(lab):
    """A busy thread comes to the reader's CPU and goes first."""
    lab.pair()
    cpu = lab.dice.pick(*cpus())
    consumer = lab.consumer(cpu=cpu, idle_class=1, goes_first=False, rcvbuf=lab.dice.between(40_000, USUAL_BUFFER))
    watch, before, hog = lab.watch(), run_delay(consumer.pid), Hog(lab, cpu)
    send_through(lab, hog)
    hog.check_ran(LONG_ENOUGH)
    waited = run_delay(consumer.pid) - before
    happened(waited > 300_000_000, f"the reader waited {waited} ns for its CPU")
    return answer(lab, watch, consumer, least=100)


@contextlib.contextmanager
def limited(quota, us):
    quota.set(us)
    yield
    quota.set(None)


@case(FAULT, "app_cpu_starved", rate=(3000, 5000))
def quota_used_up(lab):
    """The reader's cgroup may use 2 to 4 ms of every 100, and it needs more."""
    lab.pair()
    consumer = lab.consumer(service_us=30, rcvbuf=lab.dice.between(24_000, 36_000))
    quota = Quota(lab, f"wc-{os.getpid()}")
    quota.add(consumer.pid)
    watch = lab.watch(outside=True)
    send_through(lab, limited(quota, lab.dice.between(2000, 4000)))
    happened(quota.throttled() >= 3, f"the cgroup was throttled {quota.throttled()} times")
    return answer(lab, watch, consumer, least=100)


@case(TWIN, tools=("taskset",), rate=(3000, 5000))
def it_goes_first(lab):
    """The same busy thread on the same CPU, but the reader goes before it."""
    lab.pair()
    cpu = lab.dice.pick(*cpus())
    consumer = lab.consumer(cpu=cpu, rcvbuf=USUAL_BUFFER)
    watch, hog = lab.watch(), Hog(lab, cpu)
    send_through(lab, hog)
    hog.check_ran(LONG_ENOUGH)
    return answer(lab, watch, consumer)


@case(TWIN, rate=(3000, 5000))
def it_spins(lab):
    """The reader asks again and again and never sleeps: it needs all of its CPU, and misses nothing."""
    lab.pair()
    consumer = lab.consumer(spin=1, cpu=lab.dice.pick(*cpus()))
    watch, before = lab.watch(), run_time(consumer.pid)
    send_through(lab, contextlib.nullcontext())
    happened(run_time(consumer.pid) - before > LONG_ENOUGH, "it needs its CPU all the time")
    return answer(lab, watch, consumer)


@case(LOOK_ALIKE, "app_stalled", tools=("taskset",), rate=(3000, 5000))
def it_sleeps_beside_a_busy_thread(lab):
    """A busy thread has the reader's CPU while the reader sleeps of its own will, and could have it at any time."""
    lab.pair()
    cpu, at = lab.dice.pick(*cpus()), lab.load.rate * 3 // 5 * lab.load.step
    consumer = lab.consumer(cpu=cpu, rcvbuf=lab.dice.between(40_000, 80_000), stall="sleep", stall_ms=lab.dice.between(400, 600),
                            stall_at=at)
    watch, hog = lab.watch(), Hog(lab, cpu)
    send_through(lab, hog)
    hog.check_ran(LONG_ENOUGH)
    consumer.wait_drained()
    first, _ = max(lab.missed(consumer).ranges, key=lambda hole: hole[1] - hole[0], default=(0, 0))
    room = consumer.who["rcvbuf"] // 512 * lab.load.step  # more than any number of datagrams that fit
    happened(at < first <= at + room, f"its largest hole begins at {first}, it slept at {at}")
    return answer(lab, watch, consumer, least=100)
