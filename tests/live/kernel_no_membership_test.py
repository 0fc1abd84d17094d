# SPDX-License-Identifier: Apache-2.0
"""A reader whose socket has not joined the group on the interface where it arrives. /proc/net/igmp is of no help: another
socket may have joined."""
from live_support import GROUP, check, check_equal, happened, main

NEVER = ("publisher_stall", "kernel_no_listener", "kernel_rp_filter", "net_line_loss")


def misses_everything(lab, consumer, publisher, watch):
    publisher.send(packets=3000, rate=1500)
    publisher.do("heartbeat times=60 every_ms=100")
    happened(len(consumer.read()) == 0, "the reader should have got nothing")
    report = watch.end()
    finding = report.check_named("kernel_no_membership", never=NEVER)
    row = report.consumer(consumer)
    check_equal(sum(row["dropped"].values()), row["expected"], "units that ended on their way to it")
    check_equal(row["read"], 0, "units read")
    return finding, report


def never_joined(lab):
    """Bound to the group and never joined, while packets come in: kernel_no_membership."""
    lab.pair()
    consumer = lab.consumer(join=[])
    misses_everything(lab, consumer, lab.publisher(), lab.watch())


def joined_on_the_wrong_interface(lab):
    """Joined on feed1, while the group arrives on feed0: named, with both interfaces."""
    lab.two_lines()
    consumer = lab.consumer(join=[f"{GROUP}@feed1"])
    finding, _ = misses_everything(lab, consumer, lab.publisher(), lab.watch("feed0", "feed1"))
    told = finding["because"] + str(finding["evidence"])
    check("feed0" in told and "feed1" in told, f"where it joined and where the group arrives: {told}")


def another_socket_joined(lab):
    """IP_MULTICAST_ALL off and not joined, beside a socket that did join and reads all: only the first is blamed."""
    lab.pair()
    healthy = lab.consumer()
    deaf = lab.consumer(join=[], mc_all=0)
    watch = lab.watch()
    publisher = lab.publisher()
    finding, report = misses_everything(lab, deaf, publisher, watch)
    happened(len(publisher.truth().sent() - healthy.read()) == 0, "the joined socket should have read everything")
    check(str(deaf.pid) in str(finding["evidence"]) + finding["subject"], "the finding is about the socket that has not joined")
    report.check_consumer(healthy, publisher.truth())


main(never_joined, joined_on_the_wrong_interface, another_socket_joined)
