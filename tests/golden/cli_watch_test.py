# SPDX-License-Identifier: Apache-2.0
"""wirecause watch from outside: what ends it, where it speaks, and that every line of its JSON is what the schema says."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

import schema

SKIPPED = 77
PROGRAM = os.environ.get("WIRECAUSE", "")
LIMIT = 60  # seconds: nothing here takes more than a few


def run(*arguments):
    return subprocess.run([PROGRAM, "watch", *arguments], capture_output=True, text=True, timeout=LIMIT, check=False)


def started(*arguments, **where):
    """A run that has said that it watches; JSON, so that its first line is on standard output."""
    process = subprocess.Popen([PROGRAM, "watch", "lo", "--json", *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, **where)
    return process, process.stdout.readline()


class Ends(unittest.TestCase):
    def test_by_itself_with_the_report_on_standard_output_and_what_it_says_before_on_standard_error(self):
        done = run("lo", "--duration", "300ms")
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        self.assertIn("  watched lo", done.stdout)
        self.assertNotIn("watching lo", done.stdout)
        self.assertTrue(done.stderr.startswith("watching lo"), done.stderr)

    def test_with_its_report_at_a_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process, first = started()
            self.assertEqual(json.loads(first)["event"], "start")
            process.send_signal(number)
            rest, errors = process.communicate(timeout=LIMIT)
            self.assertIn(process.returncode, (0, 1, 3), errors)
            self.assertEqual(json.loads(rest.splitlines()[-1])["event"], "report")

    def test_quietly_when_nobody_reads_it_any_more(self):
        process, _ = started()
        process.stdout.close()
        with process.stderr as errors:
            self.assertEqual(errors.read(), "")
        self.assertIn(process.wait(timeout=LIMIT), (0, 1, 3))

    def test_with_a_complaint_when_the_disk_is_full(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            process = subprocess.Popen([PROGRAM, "watch", "lo", "--json", "--duration", f"{LIMIT}s"], stdout=full,
                                       stderr=subprocess.PIPE, text=True)
            begun = time.monotonic()
            _, errors = process.communicate(timeout=LIMIT)
        self.assertLess(time.monotonic() - begun, LIMIT / 2)
        self.assertEqual(process.returncode, 2)
        self.assertIn("No space left on device", errors)


class Says(unittest.TestCase):
    def test_lines_that_are_valid_against_the_schema(self):
        try:
            import jsonschema  # noqa: F401
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        lines = [json.loads(line) for line in run("lo", "--json", "--duration", "300ms").stdout.splitlines()]
        self.assertEqual((lines[0]["event"], lines[-1]["event"]), ("start", "report"))
        self.assertEqual([name["name"] for name in lines[0]["interfaces"]], ["lo"])
        for line in lines:
            self.assertEqual(schema.violations_of_line(line), [])

    def test_in_one_line_what_cannot_be_watched(self):
        for arguments in ((), ("no-such-if0",), ("lo", "--rcvbuf", "1M"), ("lo", "--filter", "not a filter")):
            done = run(*arguments, "--duration", "1s")
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertTrue(done.stderr.startswith("wirecause: "), done.stderr)


def main():
    if not os.access(PROGRAM, os.X_OK):
        print("skipped: the program is not built")
        return SKIPPED
    probe = run("lo", "--duration", "1ms")
    if probe.returncode == 2:
        print(f"skipped: lo cannot be watched here: {probe.stderr.strip()}")
        return SKIPPED
    return 0 if unittest.main(exit=False).result.wasSuccessful() else 1


sys.exit(main())
