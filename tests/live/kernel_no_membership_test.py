# SPDX-License-Identifier: Apache-2.0
"""A reader that joined on another interface than the one where the group arrives: both are said. Other ways not to be a member
are the scenario's."""
from live_support import GROUP, check, check_equal, happened, main

NEVER = ("publisher_stall", "kernel_no_listener", "kernel_rp_filter", "net_line_loss")


def joined_on_the_wrong_interface(lab):
    """Joined on feed1, while the group arrives on feed0: named, with both interfaces."""
    lab.two_lines()
    consumer = lab.consumer(join=[f"{GROUP}@feed1"])
    watch, publisher = lab.watch("feed0", "feed1"), lab.publisher()
    publisher.send(packets=3000, rate=1500)
    publisher.do("heartbeat times=60 every_ms=100")
    happened(len(consumer.read()) == 0, "the reader should have got nothing")
    report = watch.end()
    finding = report.check_named("kernel_no_membership", never=NEVER)
    row = report.consumer(consumer)
    check_equal((sum(row["dropped"].values()), row["read"]), (row["expected"], 0), "units that ended on their way to it, units read")
    told = finding["because"] + str(finding["evidence"])
    check("feed0" in told and "feed1" in told, f"where it joined and where the group arrives: {told}")


main(joined_on_the_wrong_interface)
