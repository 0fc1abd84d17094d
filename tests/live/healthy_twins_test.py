# SPDX-License-Identifier: Apache-2.0
"""The healthy twins of the faults: the same topology, settings and load, and nothing is lost. Nothing may be named."""
from live_support import PORT, happened, main


def nothing_is_lost(lab, consumer, publisher, watch):
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) == 0, f"nothing should have been lost; missed {missed}")
    report = watch.end()
    report.check_silent()
    report.check_consumer(consumer, publisher.truth())


def bursts_that_fit(lab):
    """The bursts of socket_rcvbuf_burst, and a buffer that holds them."""
    lab.pair()
    consumer = lab.consumer(service_us=20)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(packets=2000, rate=4000)
    for _ in range(3):
        publisher.burst(800)
        publisher.pause(ms=200)
    publisher.send(packets=1000, rate=4000)
    nothing_is_lost(lab, consumer, publisher, watch)


def a_pause_that_the_buffer_bridges(lab):
    """The reader sleeps for 100 ms, and its buffer holds what comes meanwhile."""
    lab.pair()
    consumer = lab.consumer(stall_at=2000, stall_ms=100, stall="sleep")
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(packets=5000, rate=5000)
    nothing_is_lost(lab, consumer, publisher, watch)


def strict_filter_and_a_route_back(lab):
    """rp_filter=1, and the source is routed through the interface where it arrives."""
    lab.pair()
    lab.host.set("net.ipv4.conf.feed0.rp_filter", 1)
    consumer = lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(packets=4000, rate=4000)
    nothing_is_lost(lab, consumer, publisher, watch)


def a_rule_for_another_port(lab):
    """A firewall that drops another port's datagrams, of which there are some, and tracks connections."""
    lab.pair()
    lab.host.nft("table inet wc_filter { chain input { type filter hook input priority 0; policy accept;\n"
                 f"udp dport {PORT + 7} counter drop\nct state new counter accept\n}}\n}}\n")
    consumer = lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    other = lab.publisher(f"A:10.77.1.1:10.77.1.2:{PORT + 7}:line0")
    publisher.send(packets=2000, rate=4000)
    other.send(packets=100, rate=1000)
    publisher.send(packets=2000, rate=4000)
    nothing_is_lost(lab, consumer, publisher, watch)


main(bursts_that_fit, a_pause_that_the_buffer_bridges, strict_filter_and_a_route_back, a_rule_for_another_port, tools=("nft",))
