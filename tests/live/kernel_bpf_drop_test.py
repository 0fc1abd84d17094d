# SPDX-License-Identifier: Apache-2.0
"""A BPF program in the receive path that drops a part of the feed: before the tap (XDP) or behind it (tc)."""
import os
import pathlib
import platform
import shutil

from live_support import Numbers, check, check_equal, happened, main
from wirecause_lab.namespaces import run

PROGRAM = pathlib.Path(__file__).parents[2] / "lab/lib/programs/drop_numbers.bpf.c"
DOOMED = Numbers((n, n + 1) for n in range(7, 5001, 10))
NEVER = ("kernel_firewall", "net_line_loss", "socket_filter")
CLANG = shutil.which("clang-14") or shutil.which("clang") or "clang"


def compiled(lab):
    target = os.path.join(lab.folder, "drop_numbers.o")
    run(CLANG, "-target", "bpf", "-O2", "-g", f"-I/usr/include/{platform.machine()}-linux-gnu", "-c", PROGRAM, "-o", target)
    return target


def some_numbers_are_dropped(lab, attach):
    lab.pair()
    attach(compiled(lab))
    consumer = lab.consumer()
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=5000, rate=5000)
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(missed == DOOMED, f"the program should have dropped 7, 17, ...: {missed}")
    report = watch.end()
    finding = report.check_named("kernel_bpf_drop", never=NEVER)
    check_equal(finding["explained"], len(missed), "units explained")
    check_equal(finding["place"], "ON THIS HOST", "place")
    return report.check_consumer(consumer, publisher.truth())


def at_tc(lab):
    """A classifier at the ingress of tc drops every tenth number behind the tap: kernel_bpf_drop."""
    def attach(program):
        lab.host.run("tc", "qdisc", "add", "dev", "feed0", "clsact")
        lab.host.run("tc", "filter", "add", "dev", "feed0", "ingress", "bpf", "direct-action", "object-file", program,
                     "section", "tc")

    row = some_numbers_are_dropped(lab, attach)
    check_equal((row["lost_before"], row.units_dropped("TC_INGRESS")), (0, len(DOOMED)), "dropped behind the tap")


def at_generic_xdp(lab):
    """The same at generic XDP, which is before the tap: a hole that this host made, not the network."""
    row = some_numbers_are_dropped(lab, lambda program: lab.host.run(
        "ip", "link", "set", "dev", "feed0", "xdpgeneric", "object", program, "section", "xdp"))
    check(row["lost_before"] + row.units_dropped() == len(DOOMED), "dropped before the tap")


def at_native_xdp(lab):
    """The same at native XDP of the driver, whose drops carry no reason in some kernels."""
    row = some_numbers_are_dropped(lab, lambda program: lab.host.run(
        "ip", "link", "set", "dev", "feed0", "xdpdrv", "object", program, "section", "xdp"))
    check(row["lost_before"] + row.units_dropped() == len(DOOMED), "dropped before the tap")


main(at_tc, at_generic_xdp, at_native_xdp, tools=("tc", CLANG))
