# SPDX-License-Identifier: Apache-2.0
"""The three ways in which a live test ends badly, which must not be mixed up.

failed   the fault happened, and wirecause said something else: the program is wrong
broken   the fault did not happen, as the kernel's own counters tell: the test is wrong
skipped  this machine cannot do it; the reason is the last line of the output
"""
import sys

SKIPPED = 77


class Broken(Exception):
    """The fault that the test meant to make did not happen."""


class Skipped(Exception):
    """This machine cannot do it, and says why."""


def happened(condition, what):
    """Ground truth: asserted before anything that wirecause says."""
    if not condition:
        raise Broken(what)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def check_equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, should be {wanted!r}")


def skip_case(reason):
    """In a scenario: this machine cannot make it."""
    raise Skipped(reason)


def skip(reason):
    print(f"skipped: {reason}", flush=True)
    sys.exit(SKIPPED)
