# SPDX-License-Identifier: Apache-2.0
"""BPF programs, compiled for one run; those that drop every n-th datagram of a feed (lab/lib/programs/drop_numbers.bpf.c)."""
import contextlib
import os
import pathlib
import platform
import shutil

from .draw import FIELD
from .namespaces import run, run_where_made
from .numbers import Numbers
from .outcome import Skipped

PINS = pathlib.Path("/sys/fs/bpf")
SOURCE = pathlib.Path(__file__).parents[1] / "programs/drop_numbers.bpf.c"
MISSING = "file not found"  # what clang says of a header
CLANG = shutil.which("clang-14") or shutil.which("clang") or "clang"


def compiled(lab, source, words):
    """Path of the object; `words`: what is defined."""
    target = lab.file("program.o")
    try:
        run(CLANG, "-target", "bpf", "-O2", "-g", f"-I/usr/include/{platform.machine()}-linux-gnu",
            *(f"-D{name}={value}" for name, value in words.items()), "-c", source, "-o", target)
    except RuntimeError as error:
        if MISSING in str(error):
            raise Skipped(f"the kernel's headers are not installed: {str(error).splitlines()[0]}") from None
        raise
    return target


def dropper(lab, every, rest, port=None):
    """Path of an object whose programs (sections xdp, tc, cgroup_skb/ingress) drop the datagrams of line A, or of another
    port, whose ordinal leaves that rest."""
    at, width, order = FIELD[lab.load.framing].split(",")
    low = int(at) + (int(width) - 4 if order == "big" else 0)
    words = {"PORT": port or lab.wiring.ports[0], "NUMBER_AT": low, "IS_LITTLE": int(order == "little"), "STEP": lab.load.step,
             "EVERY": every, "REST": rest}
    return compiled(lab, SOURCE, words)


def classify(namespace, interface, direction, program):
    """A classifier of tc (section tc) at "ingress" or "egress"."""
    namespace.run_where_made("clsact", "tc", "qdisc", "replace", "dev", interface, "clsact")
    namespace.run_where_made("BPF classifiers", "tc", "filter", "add", "dev", interface, direction, "bpf", "direct-action",
                             "object-file", program, "section", "tc")


def attach(namespace, interface, program, where):
    """`where`: "native" or "generic" XDP, or "tc" ingress."""
    if where == "tc":
        classify(namespace, interface, "ingress", program)
    else:
        mode = {"native": "xdpdrv", "generic": "xdpgeneric"}[where]
        namespace.run_where_made(f"{where} XDP on {interface}", "ip", "link", "set", "dev", interface, mode, "object", program,
                                 "section", "xdp")


def cgroup2():
    """The cgroup of version 2 that this process is in."""
    with open("/proc/mounts", encoding="ascii") as mounts:
        roots = [fields[1] for fields in map(str.split, mounts) if fields[2] == "cgroup2"]
    if not roots:
        raise Skipped("no cgroup of version 2 is mounted")
    with open("/proc/self/cgroup", encoding="ascii") as own:
        return pathlib.Path(roots[0]) / next(line.strip()[4:] for line in own if line.startswith("0::"))


@contextlib.contextmanager
def in_cgroup(lab, program):
    """What is started meanwhile is in a cgroup whose ingress program drops: a socket belongs to the cgroup of its beginning."""
    parent = cgroup2()
    folder, pins = parent / f"wc-{os.getpid()}", PINS / f"wc-{os.getpid()}"
    folder.mkdir()
    lab.stack.callback(folder.rmdir)  # after the processes in it are gone
    run("bpftool", "prog", "loadall", program, pins)
    try:
        run("bpftool", "cgroup", "attach", folder, "ingress", "pinned", pins / "drop_at_cgroup")
    finally:
        shutil.rmtree(pins, ignore_errors=True)
    (folder / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield
    finally:
        (parent / "cgroup.procs").write_text(str(os.getpid()))


def doomed(packets, every, rest, step):
    """The numbers that such a program drops of a feed of so many datagrams."""
    return Numbers((1 + (n - 1) * step, 1 + n * step) for n in range(1, packets + 1) if n % every == rest)
