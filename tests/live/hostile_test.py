# SPDX-License-Identifier: Apache-2.0
"""Packets made to break an observer, beside a healthy feed: no crash, no growth past the bound, no false finding."""
import os
import pathlib
import subprocess
import sys
import threading
import time

from live_support import GROUP, PORT, USUAL_BUFFER, check, check_equal, happened, main
from live_support.hostile import lying_frames, mold, truncated_igmp, udp
from wirecause_lab.programs import program

SENDER = pathlib.Path(__file__).parent / "support" / "send_frames.py"
MEMORY_MIB = 256  # a ring of 64 MiB, one of 8 MiB, timeline and tables; sanitizers take as much again
SOURCES = 1_000_000


def memory_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


def bound_mib(pid):
    """A build with address sanitizer keeps what was freed for a while, and shadows all of it."""
    is_sanitized = "libasan" in pathlib.Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    return 4 * MEMORY_MIB if is_sanitized else MEMORY_MIB


def send_frames(lab, frames):
    text = "".join(frame.hex() + "\n" for frame in frames)
    subprocess.run(lab.publisher_side.command(sys.executable, SENDER, "line0"), input=text, text=True, check=True, timeout=60)


def beside_a_healthy_feed(lab, attack):
    """Report, row of the healthy consumer, and its publisher, after an attack in the middle of the feed."""
    lab.pair()
    consumer = lab.consumer()
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=1000, rate=4000)
    # Heartbeats go on meanwhile: a publisher that pauses would be a finding of its own.
    attacker = threading.Thread(target=attack)
    attacker.start()
    while attacker.is_alive():
        publisher.do("heartbeat times=5 every_ms=100")
    attacker.join()
    publisher.send(packets=1000, rate=4000)
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(len(missed) == 0, f"the healthy feed should have been read whole; missed {missed}")
    memory, bound = (memory_mib(watch.pid), bound_mib(watch.pid)) if watch.pid else (0, MEMORY_MIB)
    report = watch.end()
    check(memory <= bound, f"watch holds {memory} MiB, its bound is {bound}")
    return report, consumer, publisher


def names_nothing(report):
    check_equal(report.names(), [], f"findings ({report.describe()})")


def malformed_frames(lab):
    """Twenty thousand frames that are cut or lie about their lengths: nothing is named, the feed's sums meet."""
    report, consumer, publisher = beside_a_healthy_feed(lab, lambda: send_frames(lab, lying_frames(20_000, seed=1)))
    names_nothing(report)
    report.check_consumer(consumer, publisher.truth())


def cut_igmp(lab):
    """IGMP queries and reports cut at every byte: nothing is named, the feed's sums meet."""
    report, consumer, publisher = beside_a_healthy_feed(lab, lambda: send_frames(lab, truncated_igmp()))
    names_nothing(report)
    report.check_consumer(consumer, publisher.truth())


def forged_numbers(lab):
    """A stranger sends to the feed's group with its session and numbers far ahead: no certainty, and not this host."""
    forged = [udp("10.77.1.66", GROUP, PORT, mold(number)) for number in (2**40, 5, 2**48 - 3, 2**63, 2**64 - 2, 77, 2**40 + 1)]
    report, consumer, _ = beside_a_healthy_feed(lab, lambda: send_frames(lab, forged * 20))
    for finding in report.findings():
        check(finding["place"] != "ON THIS HOST", f"this host is blamed: {report.describe()}")
        check(finding["confidence"] in ("undecided", "pattern"), f"certain of forged numbers: {report.describe()}")
    row = report.row(consumer)
    check_equal(row.units_dropped(), 0, "units dropped")
    # The kernel counts what was read by destination, the stranger's numbers too: whose they were is not known.
    check_equal((row["read"], row["unexplained"]), (None, None), "what was read of the feed alone")


def a_million_sources(lab):
    """A million datagrams, each from another address, to a group that nobody has joined: bounded time and memory."""
    def flood():
        subprocess.run(lab.publisher_side.command(program("flood"), "line0", "239.88.0.1", 20_000, SOURCES),
                       check=True, timeout=60)

    begin = time.monotonic()
    report, _, _ = beside_a_healthy_feed(lab, flood)
    took = time.monotonic() - begin
    check(took < 60, f"took {took:.0f} s")
    names_nothing(report)
    # Flood and feed are stamped on two CPUs: some nanoseconds out of order, and no clock is wrong.
    named = [finding["cause"] for finding in report.findings(at_least_warning=False)]
    check("capture_clock" not in named, f"a clock is blamed: {report.describe()}")


def sources_to_the_feed_itself(lab):
    """Forty thousand sources that the reverse path filter drops, to the feed's own group and port: the loss of a slow reader
    that follows is told all the same, and its own."""
    lab.pair()
    for interface in ("all", "feed0"):
        lab.host.set(f"net.ipv4.conf.{interface}.rp_filter", 1)
    consumer = lab.consumer(service_us=400, rcvbuf=USUAL_BUFFER)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=1000, rate=1000)
    consumer.wait_drained()
    subprocess.run(lab.publisher_side.command(program("flood"), "line0", GROUP, PORT, 40_000), check=True, timeout=60)
    publisher.send(packets=8000, rate=5000)
    drops = consumer.wait_drained()["drops"]
    happened(drops > 1000, f"a slow reader: {drops} drops")
    report = watch.end()
    check_equal(report.row(consumer).units_dropped(), drops, "units dropped at the socket")
    blamed = [finding for finding in report.findings() if finding["cause"] == "app_slow_consumer"]
    check_equal([finding["explained"] for finding in blamed], [drops], f"findings: {report.describe()}")
    # Whether one of those that were dropped before a socket was the feed's, nobody can tell.
    unjoined = [gap for gap in report.document["live"]["unobserved"] if gap["what"] == "drops of followed lines"]
    check(len(unjoined) == 1 and unjoined[0]["hides_loss"], f"drops that were given to nobody: {report.blindness()}")


main(malformed_frames, cut_igmp, forged_numbers, a_million_sources, sources_to_the_feed_itself)
