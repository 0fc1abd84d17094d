# SPDX-License-Identifier: Apache-2.0
"""A classic BPF filter on the reader's own socket (SO_ATTACH_FILTER) that lets not everything through."""
from live_support import Numbers, check_equal, happened, main


def every_tenth_number(lab):
    """The filter refuses the numbers divisible by ten: socket_filter, and no firewall."""
    lab.pair()
    consumer = lab.consumer(filter_every=10)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=5000, rate=5000)
    journal = consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(missed == Numbers((n, n + 1) for n in range(10, 5001, 10)), f"the filter should have refused 10, 20, ...: {missed}")
    happened(journal["drops"] == len(missed), "the socket counted what its filter refused")
    report = watch.end()
    finding = report.check_named("socket_filter", never=("kernel_firewall", "socket_rcvbuf_burst", "kernel_bpf_drop"))
    check_equal(finding["explained"], len(missed), "units explained")
    row = report.check_consumer(consumer, publisher.truth())
    check_equal(row.units_dropped("SOCKET_FILTER"), len(missed), "units dropped by the filter")


main(every_tenth_number)
