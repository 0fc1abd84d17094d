#!/usr/bin/env python3
"""CPU that `wirecause watch` uses while nothing happens, with many UDP sockets open.

usage: bench/idle_cost.py [--sockets N] [--seconds N] [--build DIR] [--once]

In a network namespace of its own, so that other sockets and packets of the machine do not count; needs root. Prints the
share of one core and the bar; decides nothing. --once: 50 sockets, 2 seconds.
SPDX-License-Identifier: Apache-2.0
"""
import argparse
import contextlib
import json
import os
import pathlib
import select
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BAR = 0.02
# Bound, and nothing joined: a group that brings nothing would be a symptom, and the run not idle. The process sleeps.
HOLDER = """
import resource, socket, sys
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
held = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(int(sys.argv[1]))]
for n, one in enumerate(held):
    one.bind(("0.0.0.0", 20000 + n))
print("ready", flush=True)
sys.stdin.read()
"""


def parse_arguments():
    parser = argparse.ArgumentParser(description="idle cost of wirecause watch")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--build", default=str(ROOT / "build"))
    parser.add_argument("--once", action="store_true")
    arguments = parser.parse_args()
    if arguments.once:
        arguments.sockets, arguments.seconds = 50, 2
    return arguments


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdin=subprocess.DEVNULL)


@contextlib.contextmanager
def namespaces():
    """Two namespaces with a veth pair; the name of the one that is watched."""
    host, peer = (f"wc-idle_cost-{os.getpid()}-{n}" for n in (1, 2))
    with contextlib.ExitStack() as stack:
        for name in (host, peer):
            ip("netns", "add", name)
            stack.callback(ip, "netns", "del", name)
        ip("-n", host, "link", "add", "feed0", "type", "veth", "peer", "name", "line0", "netns", peer)
        ip("-n", host, "address", "add", "10.77.9.2/24", "dev", "feed0")
        ip("-n", host, "link", "set", "feed0", "up")
        ip("-n", peer, "link", "set", "line0", "up")
        yield host


@contextlib.contextmanager
def sockets(host, count):
    holder = subprocess.Popen(["ip", "netns", "exec", host, sys.executable, "-c", HOLDER, str(count)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    try:
        if holder.stdout.readline() != b"ready\n":
            sys.exit("bench/idle_cost: the sockets could not be opened")
        yield
    finally:
        holder.stdin.close()
        holder.wait()


def cpu_seconds(pid):
    """Of all threads, user and system (/proc/PID/stat, fields 14 and 15)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(host, wirecause, seconds):
    """(CPU seconds, wall seconds) between the start line and the end of the time; without starting and the report."""
    command = [wirecause, "watch", "feed0", "--json", "--duration", f"{seconds + 30}s"]
    watch = subprocess.Popen(["ip", "netns", "exec", host, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        line = watch.stdout.readline() if select.select([watch.stdout], [], [], 20)[0] else b""
        if not line or json.loads(line).get("event") != "start":
            sys.exit("bench/idle_cost: `wirecause watch` did not start")
        begin, used = time.monotonic(), cpu_seconds(watch.pid)
        while (left := begin + seconds - time.monotonic()) > 0:
            if select.select([watch.stdout], [], [], left)[0]:
                line = watch.stdout.readline()
                if not line:
                    sys.exit("bench/idle_cost: `wirecause watch` ended before its time")
                print(f"not idle: {line.decode(errors='replace').strip()}", file=sys.stderr)
        return cpu_seconds(watch.pid) - used, time.monotonic() - begin
    finally:
        watch.kill()
        watch.wait()


def main():
    arguments = parse_arguments()
    if os.geteuid() != 0:
        sys.exit("bench/idle_cost: needs root")
    with namespaces() as host, sockets(host, arguments.sockets):
        used, wall = measure(host, str(pathlib.Path(arguments.build, "wirecause")), arguments.seconds)
    print(f"wirecause watch, idle, {arguments.sockets} UDP sockets open: {used / wall:.4f} of a core over {wall:.1f} s "
          f"(must < {BAR})")


if __name__ == "__main__":
    main()
