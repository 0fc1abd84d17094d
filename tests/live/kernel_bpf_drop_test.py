# SPDX-License-Identifier: Apache-2.0
"""A BPF program at the ingress of tc, behind the tap: where the scenario asks for the cause, this asks for the place."""
from live_support import check_equal, happened, main
from wirecause_lab.bpf import CLANG, attach, doomed, dropper

EVERY, REST, PACKETS = 10, 7, 5000


def at_tc(lab):
    """Every tenth number is dropped behind the tap: kernel_bpf_drop, nothing was lost before, and the kernel's word for it."""
    lab.pair()
    attach(lab.host, "feed0", dropper(lab, EVERY, REST), "tc")
    consumer = lab.consumer()
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=PACKETS, rate=5000)
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(missed == doomed(PACKETS, EVERY, REST, 1), f"the program should have dropped 7, 17, ...: {missed}")
    report = watch.end()
    finding = report.check_named("kernel_bpf_drop", never=("kernel_firewall", "net_line_loss", "socket_filter"))
    check_equal((finding["explained"], finding["place"]), (len(missed), "ON THIS HOST"), "units explained, place")
    row = report.check_consumer(consumer, publisher.truth())
    check_equal((row["lost_before"], row.units_dropped("TC_INGRESS")), (0, len(missed)), "dropped behind the tap")


main(at_tc, tools=("tc", CLANG))
