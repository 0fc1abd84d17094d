# SPDX-License-Identifier: Apache-2.0
"""Knobs of the whole machine come back whatever ends the lab, are turned by one run at a time, and only with --machine-wide.

On files of a folder; with WIRECAUSE_MACHINE_WIDE=1 and as root on a harmless knob of this machine as well.
"""
import contextlib
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
LIBRARY = str(ROOT / "lab/lib")
# Turns the knob, says so, and ends at the end of its stdin.
TURN = """
import sys
from wirecause_lab.machine import Guard, path_of
name, value = sys.argv[1:]
with Guard([name]):
    path_of(name).write_text(value)
    print("turned", flush=True)
    sys.stdin.read()
"""
SCENARIO = '''# SPDX-License-Identifier: Apache-2.0
"""Turns a knob."""
from wirecause_lab import FAULT, case


@case(FAULT, "some_cause", knobs=("net.test.knob",))
def turned(lab):
    """It is turned."""
'''


def wait_until(condition, what, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s: {what}"
        time.sleep(0.01)


class Lab:
    """A process that holds a knob turned."""

    def __init__(self, name, value, environment, stderr=None):
        self.process = subprocess.Popen([sys.executable, "-c", TURN, name, value], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=stderr, text=True, env=environment)

    def wait_turned(self):
        assert self.process.stdout.readline() == "turned\n", self.process.poll()

    def end(self, number=None):
        if number is not None:
            self.process.send_signal(number)
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def holds(knob, name, before, environment):
    """The knob is back after an orderly end and after every signal; the second waits for the first."""
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        lab = Lab(name, "77", environment)
        lab.wait_turned()
        assert knob.read_text().strip() == "77"
        lab.end(number)
        wait_until(lambda: knob.read_text().strip() == before, f"{name} is {before} again after {number}")
    first = Lab(name, "78", environment)
    first.wait_turned()
    second = Lab(name, "79", environment, stderr=subprocess.PIPE)
    said = second.process.stderr.readline()
    assert f"waiting for {environment['WIRECAUSE_LAB_LOCK']}" in said, said
    assert knob.read_text().strip() == "78"
    first.end(signal.SIGKILL)
    second.wait_turned()
    assert knob.read_text().strip() == "79"
    second.end()
    second.process.stderr.close()
    assert knob.read_text().strip() == before, "the second has put back what was there before the first"


def guard_of(lab):
    children = pathlib.Path(f"/proc/{lab.process.pid}/task/{lab.process.pid}/children").read_text().split()
    assert len(children) == 1, children
    return int(children[0])


def both_killed(knob, name, before, environment):
    """The guard is killed too: the next one that takes the lock puts back first."""
    lab = Lab(name, "80", environment)
    lab.wait_turned()
    os.kill(guard_of(lab), signal.SIGKILL)
    lab.end(signal.SIGKILL)
    assert knob.read_text().strip() == "80"
    following = Lab(name, "81", environment)
    following.wait_turned()
    following.end()
    assert knob.read_text().strip() == before


def left_out(folder):
    """What turns knobs is not run without --machine-wide, and not by ctest."""
    sys.path.insert(0, LIBRARY)
    from wirecause_lab import cli

    scenario = folder / "scenarios/some_cause/scenario.py"
    scenario.parent.mkdir(parents=True)
    scenario.write_text(SCENARIO)
    cli.what_is_missing = lambda: ""
    ran = []
    cli.run_case = lambda case, *_: ran.append(case) or sys.exit(9)
    for words in (["run", "some_cause"], ["run", "--all"], ["test", "some_cause"]):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = cli.main(words, folder / "scenarios")
        assert code in (3, 77) and "--machine-wide" in said.getvalue() and not ran, (words, code, said.getvalue())
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            cli.main(["run", "some_cause", "--machine-wide"], folder / "scenarios")
    except SystemExit as end:
        assert end.code == 9
    assert [case.knobs for case in ran] == [("net.test.knob",)]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    knob = folder / "knobs/net/test/knob"
    knob.parent.mkdir(parents=True)
    knob.write_text("10")
    own = {**os.environ, "PYTHONPATH": LIBRARY, "WIRECAUSE_LAB_KNOBS": str(folder / "knobs"), "WIRECAUSE_LAB_LOCK": str(folder / "lock")}
    holds(knob, "net.test.knob", "10", own)
    both_killed(knob, "net.test.knob", "10", own)
    left_out(folder)
    if os.geteuid() == 0 and os.environ.get("WIRECAUSE_MACHINE_WIDE") == "1":
        real = pathlib.Path("/proc/sys/net/core/message_burst")
        holds(real, "net.core.message_burst", real.read_text().strip(), {**own, "WIRECAUSE_LAB_KNOBS": "/proc/sys"})
        print("on this machine's own knob, too")
