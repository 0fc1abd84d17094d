# SPDX-License-Identifier: Apache-2.0
"""The switch's port goes down and comes back while the publisher goes on."""
from live_support import check, check_equal, happened, main, wait_until
from wirecause_lab.kernel import carrier_changes


def carrier_lost_and_back(lab):
    """The link is down for a part of the feed: link_flap with the interface, and no publisher that stalled."""
    lab.switched()
    consumer = lab.consumer()
    before = carrier_changes(lab.host, "feed0")
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    lab.switch.run("ip", "link", "set", "port1", "down")
    publisher.send(packets=2000, rate=4000)
    lab.switch.run("ip", "link", "set", "port1", "up")
    forwards = lambda: lab.switch.read("/sys/class/net/port1/brport/state").strip() == "3"  # noqa: E731
    wait_until(forwards, "the switch's port forwards again", 40)
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    truth = publisher.truth()
    missed = truth.sent() - consumer.read()
    happened(carrier_changes(lab.host, "feed0") == before + 2, "the carrier went and came back")
    happened(len(missed.ranges) == 1 and 1900 <= len(missed) <= 2200, f"one hole of about 2000: {missed}")
    report = watch.end()
    finding = report.check_named("link_flap", never=("publisher_stall", "net_line_loss", "net_common_loss"))
    check_equal(finding["explained"], len(missed), "units explained")
    check("feed0" in finding["because"] + str(finding["evidence"]), "the interface is said")
    row = report.check_consumer(consumer, truth)
    check_equal(row["lost_before"], len(missed), "lost before the socket")


main(carrier_lost_and_back)
