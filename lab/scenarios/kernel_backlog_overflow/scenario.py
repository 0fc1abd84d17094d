# SPDX-License-Identifier: Apache-2.0
"""More packets for one CPU's input queue than it holds (net.core.netdev_max_backlog)."""
import os

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, Kernel, Skipped, case, happened
from wirecause_lab.kernel import sysctl

SECONDS = 1
HUGE_BUFFER = 8_000_000
OTHERS = 50  # datagrams of the rest of the machine that softnet_stat may count meanwhile


def slow_input(rules):
    """A list of rules that every packet goes through: none of them is the feed's."""
    return ("table inet wc_slow { chain input { type filter hook input priority 0; policy accept;\n" +
            "".join(f"udp dport {port} drop\n" for port in range(1, rules + 1)) + "}\n}\n")


def steer(lab, line, cpu):
    """Receive packet steering: what line A or B brings is queued for that CPU, whichever took it off the wire."""
    feed = lab.wiring.feeds["AB".index(line)]
    lab.host.run("sh", "-c", f"echo {1 << cpu:x} > /sys/class/net/{feed}/queues/rx-0/rps_cpus")


def steered(lab, lines="A", bursts=(), rules=0, **options):
    """Sends evenly, in bursts and evenly again; all packets go through the queue of one CPU, the sender runs on another. With
    many rules the sender goes first, so that the queue has no rest."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        raise Skipped("needs two CPUs: what a sender queues for its own, it takes off at once")
    lab.two_lines() if len(lines) > 1 else lab.pair()
    for line in lines:
        steer(lab, line, cpus[0])
    if rules:
        lab.host.nft(slow_input(rules))
    consumers = {line: lab.consumer(line, **{"rcvbuf": HUGE_BUFFER, **options}) for line in lines}
    kernel = Kernel(lab.host)
    watch = lab.watch(*lab.wiring.feeds[:len(lines)])
    publisher = lab.publisher(*(lab.line_words(line, "ahead") for line in lines))
    os.sched_setaffinity(publisher.process.pid, set(cpus[1:]))
    if rules:
        os.setpriority(os.PRIO_PROCESS, publisher.process.pid, -20)
    publisher.send(lab.load.rate // 4, **lab.load.words)
    for packets in bursts:
        publisher.burst(packets, count=lab.load.count, size=lab.load.size)
        publisher.pause(ms=300)
    publisher.send(lab.load.rate // 4, **lab.load.words)
    drops = {line: consumer.wait_drained()["drops"] for line, consumer in consumers.items()}
    missed = {line: lab.missed(consumer, line) for line, consumer in consumers.items()}
    return watch, kernel.backlog_dropped(), consumers, missed, drops


def limit():
    return int(sysctl("net.core.netdev_max_backlog"))


def overflow(lab, lines, bursts):
    watch, counted, consumers, missed, drops = steered(lab, lines, bursts, lab.dice.between(1500, 2500))
    datagrams = sum(len(numbers) for numbers in missed.values()) // lab.load.step
    happened(not any(drops.values()), f"no socket drops: {drops}")
    happened(datagrams >= 50, f"the queue should overflow: missed {missed}")
    happened(0 <= counted - datagrams < OTHERS, f"softnet_stat dropped {counted}, missed {datagrams} datagrams")
    return watch, consumers, missed


@case(FAULT, "kernel_backlog_overflow", size=(30, 90))
def one_large_burst(lab):
    """A burst of several times the queue's length, and much work a packet."""
    watch, consumers, missed = overflow(lab, "A", [lab.dice.between(4, 6) * limit()])
    return lab.answer(watch.end(), lost=len(missed["A"]), missed={consumers["A"]: len(missed["A"])})


@case(FAULT, "kernel_backlog_overflow", size=(30, 90), count=(1, 2))
def both_lines_through_one_queue(lab):
    """Both lines are steered to the same CPU: they burst together, and share one queue."""
    watch, consumers, missed = overflow(lab, "AB", [lab.dice.between(3, 4) * limit()])
    a, b = missed["A"], missed["B"]
    return lab.answer(watch.end(), lost=len(a | b), missed={consumers["A"]: len(a), consumers["B"]: len(b)})


@case(TWIN, size=(30, 90))
def bursts_that_fit(lab):
    """The same rules, steering and buffers; bursts of a part of the queue's length."""
    sizes = [limit() * lab.dice.between(10, 40) // 100 for _ in range(3)]
    watch, _, consumers, missed, _ = steered(lab, "A", sizes, lab.dice.between(1500, 2500))
    happened(len(missed["A"]) == 0, f"nothing is missed: {missed}")
    return lab.answer(watch.end(), missed={consumers["A"]: 0})


@case(LOOK_ALIKE, "socket_rcvbuf_burst", size=(30, 90))
def the_queue_holds_and_the_socket_does_not(lab):
    """Bursts that the queue holds, and a fast reader whose buffer does not: the socket drops, softnet_stat is still."""
    sizes = [limit() * lab.dice.between(60, 90) // 100 for _ in range(3)]
    watch, counted, consumers, missed, drops = steered(lab, "A", sizes, rcvbuf=lab.dice.between(60_000, 90_000), service_us=20)
    happened(len(missed["A"]) == drops["A"] * lab.load.step > 0, f"the socket should drop: {drops}, missed {missed}")
    happened(counted < OTHERS, f"the queue should hold: softnet_stat dropped {counted}")
    return lab.answer(watch.end(), lost=len(missed["A"]), missed={consumers["A"]: len(missed["A"])})
