# SPDX-License-Identifier: Apache-2.0
"""Readers of another user than the one who watches: their names, and the kernel bypass that they may use. What parses packets
has no capability meanwhile."""
import os
import pathlib

from live_support import check_equal, happened, main, wait_until
from wirecause_lab.bypass import bears_the_mark, bypass_mark

AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def children_of(pid):
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and pid_of_parent(entry) == pid]


def pid_of_parent(pid):
    try:
        return int(status(pid)["PPid"])
    except (OSError, KeyError):
        return None


def program_of(watch):
    """`ip netns exec` becomes what it starts."""
    wait_until(lambda: pathlib.Path(f"/proc/{watch.pid}/comm").read_text(encoding="ascii").strip() == "wirecause", "watch runs")
    return watch.pid


def a_reader_of_another_user_has_its_name(lab):
    """Slow: its owner and its loss are told under its name; and that of one that came after the watch began."""
    lab.pair()
    consumer = lab.consumer(prefix=AS_NOBODY, rcvbuf=65_536, service_us=300)
    watch, publisher = lab.watch("feed0"), lab.publisher()
    later = lab.consumer(prefix=AS_NOBODY, rcvbuf=100_000)
    happened(status(consumer.pid)["Uid"].split()[0] == "65534", "the reader should be nobody's")
    publisher.send(packets=6000, rate=5000)
    consumer.wait_drained()
    happened(len(publisher.truth().sent() - consumer.read()) > 100, "the reader should be too slow")
    report = watch.end()
    row = report.consumer(consumer)
    check_equal((row["owner"], report.consumer(later)["owner"]), ("lab_consumer", "lab_consumer"), "names of the owners")
    report.check_consumer(consumer, publisher.truth())
    owners = [gap for gap in report.document["live"]["unobserved"] if gap["what"] in ("owners of sockets", "kernel bypass")]
    check_equal(owners, [], "what root can look into is no gap")


def a_bypass_of_another_user_is_seen(lab):
    """A stack that bypasses the kernel, in another user's process: an unseen consumer, and the run is not green."""
    lab.pair()
    os.chmod(lab.folder, 0o755)  # nobody loads a library from it
    consumer = lab.consumer(prefix=(*AS_NOBODY, *bypass_mark(lab)), rcvbuf=100_000)
    happened(bears_the_mark(consumer), "the library should be mapped")
    watch, publisher = lab.watch("feed0"), lab.publisher()
    publisher.send(packets=3000, rate=5000)
    consumer.wait_drained()
    report = watch.end()
    row = report.consumer(consumer)
    check_equal((row["kind"], row["seen"]), ("bypass", False), f"the reader bypasses the kernel: {row.fields}")
    check_equal(report.code, 3, "green must not mean blind")


def what_parses_has_no_capability(lab):
    """The watching process has none; its helper has the two that reading /proc takes, and ends with it, even by kill -9."""
    lab.pair()
    watch = lab.watch("feed0")
    pid = program_of(watch)
    for kind in ("CapEff", "CapPrm", "CapInh"):
        check_equal(int(status(pid)[kind], 16), 0, f"{kind} of the watching process")
    helpers = [child for child in children_of(pid) if status(child)["Name"] == "wirecause-proc"]
    check_equal(len(helpers), 1, "helpers")
    ptrace, dac_read_search = 1 << 19, 1 << 2  # linux/capability.h
    check_equal(int(status(helpers[0])["CapEff"], 16), ptrace | dac_read_search, "capabilities of the helper")
    watch.kill()
    wait_until(lambda: not os.path.exists(f"/proc/{helpers[0]}"), "the helper ends with its owner")


main(a_reader_of_another_user_has_its_name, a_bypass_of_another_user_is_seen, what_parses_has_no_capability,
     tools=("setpriv",))
