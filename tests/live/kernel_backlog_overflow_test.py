# SPDX-License-Identifier: Apache-2.0
"""More packets for one CPU's input queue than it holds (net.core.netdev_max_backlog): a burst, and much work a packet."""
import os

from live_support import GROUP, PORT, Kernel, check, check_equal, happened, main, skip
from wirecause_lab.kernel import sysctl

RULES = 2000
SLOW_INPUT = "table inet wc_slow { chain input { type filter hook input priority 0; policy accept;\n" + "".join(
    f"udp dport {port} drop\n" for port in range(1, RULES + 1)) + "}\n}\n"


def a_burst_on_one_cpu(lab):
    """Receive packet steering sends all to one CPU, where a long list of rules slows every packet: kernel_backlog_overflow."""
    lab.pair()
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        skip("needs two CPUs: what a sender queues for its own, it takes off at once")
    lab.host.run("sh", "-c", f"echo {1 << cpus[0]:x} > /sys/class/net/feed0/queues/rx-0/rps_cpus")
    lab.host.nft(SLOW_INPUT)
    consumers = [lab.consumer(rcvbuf=4_000_000) for _ in range(3)]
    kernel = Kernel(lab.host)
    watch = lab.watch()
    publisher = lab.publisher(f"A:10.77.1.1:{GROUP}:{PORT}:line0:ahead")
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
    others = kernel.backlog_dropped() - len(missed)  # the counter is the machine's
    happened(0 <= others < 50, f"softnet dropped {others} more than {missed}")
    happened(kernel.growth("UdpRcvbufErrors") == 0, "no socket dropped")
    report = watch.end()
    finding = report.check_named("kernel_backlog_overflow", never=("socket_rcvbuf_burst", "nic_ring_overflow", "net_line_loss"))
    check_equal(finding["explained"], len(missed), "units explained")
    check(any("netdev_max_backlog" in a["command"] for a in finding["actions"]), "the fix raises the queue")
    for consumer in consumers:
        report.check_consumer(consumer, publisher.truth())


main(a_burst_on_one_cpu)
