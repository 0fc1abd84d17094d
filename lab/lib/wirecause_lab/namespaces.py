# SPDX-License-Identifier: Apache-2.0
"""Network namespaces named wc-<test>-<pid>-<n>, so that what a killed test left behind can be told from what is in use."""
import os
import pathlib
import re
import signal
import subprocess

NAME = re.compile(r"wc-[a-z0-9_]+-(\d+)-\d+")


def run(*words, ok=True):
    """Output of a command that must succeed (ok=False: may fail)."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          timeout=30)
    if ok and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


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

    def read(self, path):
        return self.run("cat", path)

    def set(self, name, value):
        """A sysctl of this namespace: set("net.ipv4.conf.feed0.rp_filter", 1)."""
        self.run("sysctl", "-qw", f"{name}={value}")

    def nft(self, rules):
        """Rules in nft's own language, given as its standard input."""
        done = subprocess.run(self.command("nft", "-f", "-"), input=rules, capture_output=True, text=True, check=False,
                              timeout=30)
        if done.returncode != 0:
            raise RuntimeError(f"nft: {done.stderr.strip()}")
