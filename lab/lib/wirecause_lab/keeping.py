# SPDX-License-Identifier: Apache-2.0
"""What --keep leaves of a run: captures of the watched interfaces, the readers' journals, the kernel's own figures, the verdict.

Only with --keep: a capture is one more reader of every packet.
"""
import contextlib
import json
import os
import shutil
import subprocess

from .outcome import Broken
from .recording import Recording

# Of each namespace at the end of the run; what is not installed is left out.
FIGURES = (("ip", "-s", "-s", "link"), ("cat", "/proc/net/snmp"), ("cat", "/proc/net/netstat"), ("cat", "/proc/net/softnet_stat"),
           ("cat", "/proc/net/igmp"), ("ss", "-uamn"), ("ss", "-tiamn"), ("nft", "list", "ruleset"))


def start_captures(lab, namespace, interfaces):
    """tcpdump on each interface that is watched, once; Broken: none, and why."""
    if shutil.which("tcpdump") is None:
        lab.kept.append("no capture: tcpdump is not installed")
        return
    for name in interfaces:
        if name not in lab.captures:
            lab.captures[name] = Recording(namespace, name, os.path.join(lab.folder, f"{name}.pcap"))
            lab.stack.callback(lab.captures[name].kill)


def write_figures(lab, role, namespace):
    with open(os.path.join(lab.folder, f"{role}.txt"), "w", encoding="utf-8") as file:
        for words in FIGURES:
            if shutil.which(words[0]) is not None:
                file.write(f"$ {' '.join(words)}\n{namespace.run(*words, ok=False)}\n")


def write_journal(lab, consumer):
    """Of a reader that still answers."""
    with contextlib.suppress(Broken, OSError, ValueError):
        journal = {**consumer.who, **consumer.journal()}
        with open(os.path.join(lab.folder, f"consumer-{consumer.pid}.json"), "w", encoding="ascii") as file:
            file.write(json.dumps(journal, indent=2) + "\n")


def finish(lab):
    """While everything still stands."""
    for capture in lab.captures.values():
        try:
            capture.end()
            why = f"tcpdump dropped {capture.dropped} packets" if capture.dropped else ""
        except (Broken, OSError, subprocess.TimeoutExpired) as error:  # what is kept decides nothing
            why = str(error)
        if why:
            lab.kept.append(f"{os.path.basename(capture.path)}: {why}")
    for consumer in lab.consumers:
        write_journal(lab, consumer)
    for role in ("publisher_side", "middle", "switch", "host"):
        namespace = getattr(lab, role)
        if namespace is not None:
            write_figures(lab, role, namespace)


def write_run(folder, run, lab):
    """The row of runs[], why, and what was drawn."""
    record = run.record() | {"case": run.case.name, "what": run.case.what, "verdict": run.word, "why": run.why,
                             "wiring": vars(lab.wiring), "load": vars(lab.load)}
    with open(os.path.join(folder, "run.json"), "w", encoding="utf-8") as file:
        file.write(json.dumps(record, indent=2) + "\n")
