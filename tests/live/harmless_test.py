# SPDX-License-Identifier: Apache-2.0
"""wirecause changes nothing: the host before, while it watches, after it ended, and after kill -9 are the same."""
import json
import pathlib
import re
import signal
import sys

from live_support import check, check_equal, main, wait_until
from wirecause_lab.namespaces import run

VOLATILE = re.compile(r"(random\.|ns_last_pid|pty\.nr|dentry-state|inode-nr|inode-state|file-nr|netfilter\.nf_conntrack_count|"
                      r"sched_domain|perf_event_max_sample_rate|perf_cpu_time)")
TRACEFS = pathlib.Path("/sys/kernel/tracing")
TRACE_FILES = ("tracing_on", "current_tracer", "trace_clock", "set_event", "set_event_pid", "set_ftrace_filter", "kprobe_events",
               "uprobe_events", "buffer_size_kb", "tracing_cpumask", "trace_options")
SIOCGHWTSTAMP = 0x89b1


def hardware_stamping(namespace, interface):
    """tx_type and rx_filter of the interface, or why it has none."""
    code = f"""
import fcntl, socket, struct
config = bytearray(12)
import ctypes
buffer = (ctypes.c_char * 12).from_buffer(config)
request = struct.pack('16sQ16x', b'{interface}', ctypes.addressof(buffer))
try:
    fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), {SIOCGHWTSTAMP}, request)
    print(struct.unpack('iii', config))
except OSError as error:
    print(error.strerror)
"""
    return namespace.run(sys.executable, "-c", code)


def sysctls(namespace):
    text = namespace.run("sysctl", "-a", "--ignore", ok=False)
    return {line for line in text.splitlines() if not VOLATILE.search(line.split("=")[0])}


def trace_state():
    state = {}
    for name in TRACE_FILES:
        try:
            state[name] = (TRACEFS / name).read_text(encoding="utf-8")
        except OSError as error:
            state[name] = error.strerror
    state["instances"] = sorted(p.name for p in (TRACEFS / "instances").iterdir()) if (TRACEFS / "instances").is_dir() else []
    return state


def state_of(lab):
    """Everything that decisions, "The tool must not be the fault", lists."""
    host = lab.host
    links = json.loads(host.run("ip", "-d", "-j", "link"))
    return {
        "link flags, promiscuity, attached programs": [
            {key: link.get(key) for key in ("ifname", "flags", "promiscuity", "allmulti", "xdp", "mtu", "txqlen", "qdisc")}
            for link in links],
        "memberships": [[word for word in line.split() if ":" not in word] for line in host.read("/proc/net/igmp").splitlines()],
        "memberships of IPv6": [line.split()[1:4] for line in host.read("/proc/net/igmp6").splitlines()],
        "queueing disciplines": host.run("tc", "qdisc"),
        "filters": host.run("tc", "filter", "show", "dev", "feed0", "ingress", ok=False),
        "offloads": host.run("ethtool", "-k", "feed0", ok=False),
        "hardware stamping": hardware_stamping(host, "feed0"),
        "rules": host.run("nft", "list", "ruleset", ok=False),
        "sysctls": sysctls(host),
        "tracing": trace_state(),
    }


def check_same(before, after, when):
    for what, value in before.items():
        if isinstance(value, set):
            check_equal(sorted(value ^ after[what]), [], f"{what} {when}")
        else:
            check_equal(after[what], value, f"{what} {when}")


def kernel_objects(pid):
    """(kind, id) of the BPF programs, maps and links that a process holds, as its descriptors tell."""
    found = set()
    for descriptor in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        for line in descriptor.read_text().splitlines():
            kind, _, number = line.partition("_id:")
            if kind in ("prog", "map", "link") and number.strip().isdigit():
                found.add((kind, number.strip()))
    return found


def still_there(objects):
    return {(kind, number) for kind, number in objects if '"id"' in run("bpftool", "-j", kind, "show", "id", number, ok=False)}


def watched(lab, end):
    lab.pair()
    consumer = lab.consumer()
    before = state_of(lab)
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=2000, rate=4000)
    consumer.wait_drained()
    check_same(before, state_of(lab), "while it watches")
    held = kernel_objects(watch.pid)
    end(watch)
    check_same(before, state_of(lab), "afterwards")
    wait_until(lambda: not still_there(held), "the kernel frees the programs and maps of the process", 10)
    return held


def after_a_run(lab):
    """A run that ends by SIGINT leaves nothing and has changed nothing meanwhile."""
    held = watched(lab, lambda watch: watch.end())
    check(any(kind == "prog" for kind, _ in held), "it should have watched drops by a program in the kernel")


def after_kill(lab):
    """Neither does one that was killed without a chance to tidy up."""
    def kill(watch):
        watch.signal(signal.SIGKILL)
        watch.wait_end()

    watched(lab, kill)


main(after_a_run, after_kill, tools=("tc", "ethtool", "nft", "bpftool"))
