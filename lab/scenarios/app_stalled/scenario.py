# SPDX-License-Identifier: Apache-2.0
"""A reader that stops for a while by its own doing: it sleeps, is stopped, or computes something else."""
from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, USUAL_BUFFER, case, happened, wait_until
from wirecause_lab.cpu import Hog, cpus, run_delay
from wirecause_lab.kernel import socket_waiting
from wirecause_lab.pace import check_outrun

SECONDS = 2


def small_buffer(lab):
    return lab.dice.between(40_000, 90_000)  # before the kernel doubles it


def stall(lab, how, ms):
    """Words of a reader that stalls once, in the first half of the feed."""
    return {"stall": how, "stall_ms": ms, "stall_at": lab.dice.between(lab.load.rate // 3, lab.load.rate) * lab.load.step}


def answer(lab, watch, *consumers):
    """What each missed, which its socket's own counter confirms, and the report."""
    missed = {}
    for consumer in consumers:
        drops = consumer.wait_drained()["drops"]
        lacks = lab.missed(consumer)
        happened(drops * lab.load.step == len(lacks), f"the socket dropped {drops} datagrams, missed are {lacks}")
        missed[consumer] = len(lacks)
    return lab.answer(watch.end(), lost=sum(missed.values()), missed=missed)


def stalls_once(lab, how):
    lab.pair()
    consumer = lab.consumer(rcvbuf=small_buffer(lab), **stall(lab, how, lab.dice.between(400, 800)))
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    lacks = lab.missed(consumer)
    happened(len(lacks) >= 100 * lab.load.step and len(lacks.ranges) <= 5, f"one stall should leave one large hole: {lacks}")
    return answer(lab, watch, consumer)


@case(FAULT, "app_stalled", rate=(3000, 5000))
def sleeps(lab):
    """The reader sleeps 400 to 800 ms, as in a blocking call."""
    return stalls_once(lab, "sleep")


@case(FAULT, "app_stalled", rate=(3000, 5000))
def computes(lab):
    """The reader is busy with work of its own for 400 to 800 ms, and has its CPU all the time."""
    return stalls_once(lab, "spin")


@case(FAULT, "app_stalled", rate=(3000, 5000))
def is_stopped(lab):
    """SIGSTOP until its queue has been full for a while, then SIGCONT."""
    lab.pair()
    consumer = lab.consumer(rcvbuf=small_buffer(lab))
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    consumer.wait_drained()
    consumer.stop()
    publisher.send(lab.load.rate, **lab.load.words)
    wait_until(lambda: (socket_waiting(lab.host, consumer.who["inode"]) or 0) > consumer.who["rcvbuf"] // 2, "its queue is full")
    consumer.go_on()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) >= 100 * lab.load.step, f"the stopped reader should have missed more: {lab.missed(consumer)}")
    return answer(lab, watch, consumer)


@case(TWIN, rate=(3000, 5000))
def the_buffer_bridges_it(lab):
    """The reader sleeps as long, and its buffer holds what comes meanwhile."""
    lab.pair()
    consumer = lab.consumer(rcvbuf=8_000_000, **stall(lab, lab.dice.pick("sleep", "spin"), lab.dice.between(400, 800)))
    happened(consumer.who["rcvbuf"] >= 1000 * lab.load.rate, f"the buffer is {consumer.who['rcvbuf']}: net.core.rmem_max is too low")
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, f"nothing should be missed: {lab.missed(consumer)}")
    return answer(lab, watch, consumer)


@case(LOOK_ALIKE, "app_slow_consumer", rate=(3000, 5000))
def slow_all_the_time(lab):
    """The reader never stops, and takes twice to three times as long as the feed leaves for a datagram."""
    lab.pair()
    service = 10_000 * lab.dice.between(200, 300) // lab.load.rate
    consumer = lab.consumer(rcvbuf=USUAL_BUFFER, service_us=service)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    check_outrun(publisher, service)
    happened(len(lab.missed(consumer)) >= lab.load.rate * lab.load.step // 5, f"it should miss a tenth: {lab.missed(consumer)}")
    return answer(lab, watch, consumer)


@case(LOOK_ALIKE, "app_cpu_starved", tools=("taskset",), rate=(3000, 5000))
def kept_off_its_cpu(lab):
    """The reader does nothing of its own accord: a busy thread goes before it on its CPU."""
    lab.pair()
    cpu = lab.dice.pick(*cpus())
    consumer = lab.consumer(cpu=cpu, idle_class=1, goes_first=False, rcvbuf=small_buffer(lab))
    watch, publisher, before = lab.watch(), lab.publisher(), run_delay(consumer.pid)
    publisher.send(lab.load.rate // 2, **lab.load.words)
    with Hog(lab, cpu) as hog:
        publisher.send(lab.load.rate * lab.dice.between(60, 90) // 100, **lab.load.words)
    publisher.send(lab.load.rate // 2, **lab.load.words)
    waited = run_delay(consumer.pid) - before
    happened(waited > 300_000_000, f"the reader waited {waited} ns for its CPU, the busy thread had it for {hog.ran} ns")
    return answer(lab, watch, consumer)


@case(MIXED, ["app_slow_consumer", "app_stalled"], rate=(3000, 4500))
def three_of_one_group(lab):
    """Three readers of one group: a healthy one, one that is slow, one that stalls. Three sums, each its own."""
    lab.pair()
    healthy, service = lab.consumer(), 10_000 * lab.dice.between(200, 300) // lab.load.rate
    slow = lab.consumer(rcvbuf=USUAL_BUFFER, service_us=service)
    stalls = lab.consumer(rcvbuf=small_buffer(lab), **stall(lab, "sleep", lab.dice.between(400, 800)))
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    check_outrun(publisher, service)
    result, units = answer(lab, watch, healthy, slow, stalls), len(publisher.truth().published())
    happened(result.missed[healthy] == 0 < result.missed[stalls] and result.missed[slow] >= units // 10,
             f"nothing, a tenth and something of {units} should be missed: {list(result.missed.values())}")
    result.victims = {"app_slow_consumer": [slow], "app_stalled": [stalls]}
    result.shares = {cause: result.missed[bearer] for cause, (bearer,) in result.victims.items()}
    return result
