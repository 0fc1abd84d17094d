# SPDX-License-Identifier: Apache-2.0
"""What a lab that was killed left behind: its namespaces, folders, CPU cgroups, cgroups with a program, pinned programs."""
import contextlib
import pathlib
import re
import shutil
import tempfile

from . import cpu, namespaces
from .bpf import PINS, cgroup2
from .namespaces import is_alive
from .outcome import Skipped

OWN = re.compile(r"wc-(\d+)")


def own_folders(parent):
    """Those of labs that are dead, under a folder."""
    with contextlib.suppress(OSError):
        for folder in parent.iterdir():
            match = OWN.fullmatch(folder.name)
            if match and folder.is_dir() and not is_alive(match[1]):
                yield folder


def cgroup_parents():
    yield cpu.CPU_V1
    yield cpu.CPU_V2
    with contextlib.suppress(Skipped, OSError, StopIteration):
        yield cgroup2()


def sweep():
    namespaces.sweep()
    for folder in pathlib.Path(tempfile.gettempdir()).glob("wirecause-live-*-*"):
        if not is_alive(folder.name.split("-")[2]):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in own_folders(PINS):
        shutil.rmtree(folder, ignore_errors=True)
    for parent in cgroup_parents():
        for folder in own_folders(parent):
            with contextlib.suppress(OSError):  # the processes in it have died with the lab; its program goes with it
                folder.rmdir()
