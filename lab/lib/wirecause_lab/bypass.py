# SPDX-License-Identifier: Apache-2.0
"""A reader that looks like one behind a kernel bypass: with the library of such a stack mapped, and a socket that the
kernel knows, as VMA and its kin have. No bypass is needed for it."""
import os
import shutil

from .outcome import Broken


def bypass_mark(lab):
    """prefix=bypass_mark(lab) of a consumer: any library under the name of such a stack's is loaded into it."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        mapped = [line.split()[-1] for line in file if os.path.basename(line.split()[-1]).startswith("libm.so")]
    if not mapped:
        raise Broken("no libm is mapped here to give another name to")
    library = os.path.join(lab.folder, "libvma.so.9")
    shutil.copy(mapped[0], library)
    # A reader that is built with the address sanitizer would refuse to begin behind another library.
    return ("env", f"LD_PRELOAD={library}", "ASAN_OPTIONS=verify_asan_link_order=0")


def bears_the_mark(consumer):
    with open(f"/proc/{consumer.pid}/maps", encoding="utf-8") as file:
        return "/libvma.so" in file.read()
