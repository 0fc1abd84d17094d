# SPDX-License-Identifier: Apache-2.0
"""More packets for one CPU's input queue than it holds (net.core.netdev_max_backlog): a burst, and much work a packet."""
import os

from live_support import Kernel, check, check_equal, happened, main, skip
from live_support.kernel import sysctl

READERS = 20  # every one costs the softirq a copy of each datagram


def a_burst_on_one_cpu(lab):
    """Receive packet steering sends all to one CPU, which copies each to 20 sockets: kernel_backlog_overflow."""
    lab.pair()
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        skip("needs two CPUs: what a sender queues for its own, it takes off at once")
    lab.host.run("sh", "-c", f"echo {1 << cpus[0]:x} > /sys/class/net/feed0/queues/rx-0/rps_cpus")
    consumers = [lab.consumer(rcvbuf=4_000_000, cpu=cpus[0]) for _ in range(READERS)]
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher()
    os.sched_setaffinity(publisher.process.pid, set(cpus[1:]))
    os.setpriority(os.PRIO_PROCESS, publisher.process.pid, -20)
    publisher.send(packets=1000, rate=4000)
    publisher.burst(5 * int(sysctl("net.core.netdev_max_backlog")))
    publisher.pause(ms=300)
    publisher.send(packets=1000, rate=4000)
    for consumer in consumers:
        consumer.wait_drained()
    missed = publisher.truth().sent() - consumers[0].read()
    happened(len(missed) >= 100, f"the backlog should have overflowed; missed {missed}")
    happened(kernel.backlog_dropped() == len(missed), f"softnet dropped {kernel.backlog_dropped()}, missed {missed}")
    report = watch.end()
    finding = report.check_named("kernel_backlog_overflow", never=("socket_rcvbuf_burst", "nic_ring_overflow", "net_line_loss"))
    check_equal(finding["explained"], len(missed), "units explained")
    check(any("netdev_max_backlog" in a["command"] for a in finding["actions"]), "the fix raises the queue")
    for consumer in consumers:
        report.check_consumer(consumer, publisher.truth())


main(a_burst_on_one_cpu)
