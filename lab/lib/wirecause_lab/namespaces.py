# SPDX-License-Identifier: Apache-2.0
"""Network namespaces named wc-<test>-<pid>-<n>, so that what a killed test left behind can be told from what is in use."""
import os
import pathlib
import re
import signal
import subprocess

from .outcome import Skipped

# What tools say of a kernel that was built without the thing, or has not its module.
ABSENT = re.compile(r"not supported|does not support|unknown device type|qdisc (kind )?(is unknown|not found)|classifier not found",
                    re.IGNORECASE)
ABSENT_NFT = re.compile(r"not supported|no such file or directory|cache initialization failed", re.IGNORECASE)
NAME = re.compile(r"wc-[a-z0-9_]+-(\d+)-\d+")


def run(*words, ok=True):
    """Output of a command that must succeed (ok=False: may fail)."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          timeout=30)
    if ok and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def run_where_made(what, *words):
    """The same of what not every kernel has; `what`: its name, for those without."""
    try:
        return run(*words)
    except RuntimeError as error:
        raise skipped(what, error) if ABSENT.search(str(error)) else error from None


def skipped(what, error):
    return Skipped(f"this kernel has not {what}: {' '.join(str(error).split())}")


def names():
    return [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line.strip()]


def remove(name):
    """Ends what still runs inside, then removes the namespace; its interfaces go with it."""
    for pid in run("ip", "netns", "pids", name, ok=False).split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    run("ip", "netns", "del", name, ok=False)


def is_alive(pid):
    """Whether that process is one that makes faults; the number may be another's by now."""
    try:
        return b"python" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def sweep():
    """Removes the namespaces of tests that are dead."""
    for name in names():
        match = NAME.fullmatch(name)
        if match and not is_alive(match[1]):
            remove(name)


class Namespace:
    def __init__(self, name):
        self.name = name
        run("ip", "netns", "add", name)
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *words):
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def run(self, *words, ok=True):
        return run(*self.command(*words), ok=ok)

    def run_where_made(self, what, *words):
        return run_where_made(what, *self.command(*words))

    def read(self, path):
        return self.run("cat", path)

    def set(self, name, value):
        """A sysctl of this namespace: set("net.ipv4.conf.feed0.rp_filter", 1)."""
        self.run("sysctl", "-qw", f"{name}={value}")

    def without_ipv6(self):
        """Nothing is sent of its own accord: no router is asked for, no group is reported."""
        for which in ("all", "default"):
            self.set(f"net.ipv6.conf.{which}.disable_ipv6", 1)

    def nft(self, rules):
        """Rules in nft's own language, given as its standard input."""
        done = subprocess.run(self.command("nft", "-f", "-"), input=rules, capture_output=True, text=True, check=False,
                              timeout=30)
        if done.returncode != 0:
            error = RuntimeError(f"nft: {done.stderr.strip()}")
            raise skipped("what a rule of nft needs", error) if ABSENT_NFT.search(str(error)) else error
