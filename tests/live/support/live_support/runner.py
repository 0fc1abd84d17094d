# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of one file: main(test_a, test_b); each gets a laboratory of its own and says itself what it proves."""
import os
import pathlib
import shutil
import signal
import sys
import traceback

from wirecause_lab import Broken, Lab, Skipped, leftovers, namespaces, skip
from wirecause_lab.programs import program
from wirecause_lab.watch import TruthOnly

TOOLS = ("ip", "sysctl", "cat")


def require(tools):
    if os.geteuid() != 0:
        skip("needs root: network namespaces are made")
    for tool in (*TOOLS, *tools):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    needed = [os.environ.get("WIRECAUSE", ""), *(program(name) for name in ("publisher", "consumer", "flood"))]
    for path in needed:
        if not os.access(path, os.X_OK):
            skip(f"'{path}' is no program: build it, and run this test through ctest or as tests/live/README.md says")
    try:
        leftovers.sweep()
        probe = namespaces.Namespace(f"wc-probe-{os.getpid()}-0")
        namespaces.remove(probe.name)
    except RuntimeError as error:
        skip(f"network namespaces cannot be made here: {error}")


def end_at_once(*_):
    raise SystemExit(1)  # unwinds through every cleanup


def inspect(lab):
    """INSPECT=1: a shell in the host's namespace while everything still stands."""
    if os.environ.get("INSPECT") == "1" and lab.host is not None and sys.stdin.isatty():
        print(f"namespaces: {', '.join(n for n in namespaces.names() if f'-{os.getpid()}-' in n)}; exit removes them")
        os.spawnvp(os.P_WAIT, "ip", lab.host.command(os.environ.get("SHELL", "sh")))


def run_one(test, name):
    lab = Lab(name)
    what = " ".join(test.__doc__.split())
    try:
        test(lab)
        print(f"ok: {what}", flush=True)
        return True
    except TruthOnly:
        print(f"happened: {what}", flush=True)
        return True
    except Skipped as error:
        skip(str(error))
    except Broken as error:
        print(f"BROKEN: {what}\n  the fault did not happen as it should: {error}", flush=True)
    except AssertionError as error:
        print(f"FAILED: {what}\n  {error}", flush=True)
    except (OSError, RuntimeError, KeyError, ValueError):
        print(f"BROKEN: {what}\n{traceback.format_exc()}", flush=True)
    finally:
        if sys.exc_info()[0] is None:
            inspect(lab)
        lab.close()
    return False


def main(*tests, tools=()):
    signal.signal(signal.SIGTERM, end_at_once)
    signal.signal(signal.SIGHUP, end_at_once)
    require(tools)
    name = pathlib.Path(sys.argv[0]).stem.removesuffix("_test")[:24]
    wanted = sys.argv[1:]
    results = [run_one(test, name) for test in tests if not wanted or test.__name__ in wanted]
    sys.exit(0 if results and all(results) else 1)
