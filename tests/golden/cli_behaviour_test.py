# The command line as a user meets it: exit codes, one-line complaints, closed pipes, full disks, colour.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import unittest

PROGRAM = os.environ["WIRECAUSE"]


def run(*words, **options):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          **options)


class HelpIsAlwaysThere(unittest.TestCase):
    def test_the_short_help_fits_one_screen(self):
        done = run("-h")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertLessEqual(len(done.stdout.splitlines()), 24)

    def test_every_listed_command_has_both_helps(self):
        for item in json.loads(run("list", "commands", "--json").stdout)["items"]:
            for option in ("-h", "--help"):
                done = run(item["id"], option)
                self.assertEqual((done.returncode, done.stderr), (0, ""), item["id"])
                self.assertIn(f"wirecause {item['id']}", done.stdout)

    def test_help_of_a_command_is_its_long_help(self):
        self.assertEqual(run("help", "explain").stdout, run("explain", "--help").stdout)

    def test_help_wins_over_whatever_else_is_wrong_with_the_line(self):
        self.assertEqual(run("list", "--no-such-option", "-h").returncode, 0)

    def test_the_version_is_one_line(self):
        self.assertRegex(run("--version").stdout, r"\Awirecause \d+\.\d+\.\d+\n\Z")


class MistakesAreToldInOneLine(unittest.TestCase):
    def assert_complains(self, words, *parts):
        done = run(*words)
        self.assertEqual((done.returncode, done.stdout), (2, ""), words)
        self.assertRegex(done.stderr, r"\Awirecause: [^\n]+\n\Z")
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_no_command(self):
        self.assert_complains([], "wirecause -h")

    def test_a_scenario_that_is_not_there_in_words_of_what_was_typed(self):
        self.assert_complains(["lab", "no_such"], "no_such", "`wirecause lab` shows them")
        self.assert_complains(["lab", "--all", "--seed", "many"], "--seed", "wirecause lab --help")

    def test_unknown_command(self):
        self.assert_complains(["analyse"], "'analyse'", "did you mean analyze?")

    def test_a_capture_without_a_command(self):
        self.assert_complains([__file__], f"wirecause analyze {__file__}")

    def test_unknown_option(self):
        self.assert_complains(["list", "causes", "--jsn"], "--jsn", "did you mean --json?")

    def test_unknown_global_option(self):
        self.assert_complains(["--vresion"], "did you mean --version?")

    def test_unknown_cause(self):
        self.assert_complains(["explain", "net_line_lose"], "net_line_lose", "did you mean net_line_loss?")

    def test_missing_argument(self):
        self.assert_complains(["explain"], "CAUSE", "missing")

    def test_a_name_that_holds_a_line_break_or_an_escape_sequence_stays_harmless(self):
        self.assert_complains(["\x1b[31m\nred"], "\\x1b[31m\\x0ared")


class OutputGoesWhereItShould(unittest.TestCase):
    def test_a_reader_that_has_gone_ends_the_program_quietly(self):
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = subprocess.run([PROGRAM, "man"], stdout=writing, stderr=subprocess.PIPE, check=False)
        finally:
            os.close(writing)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "man"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("No space left on device", done.stderr)

    def test_lists_and_pages_are_plain_text_where_there_is_no_terminal(self):
        for words in (["list", "causes"], ["explain", "net_line_loss"], ["--help"]):
            self.assertNotIn("\x1b", run(*words).stdout)


class ListsAreTheSameForPeopleAndPrograms(unittest.TestCase):
    def test_each_kind(self):
        for kind in ("causes", "collectors", "commands", "evidence", "protocols", "reports"):
            document = json.loads(run("list", kind, "--json").stdout)
            self.assertEqual((document["schema"], document["kind"]), ("wirecause.list/1", kind))
            ids = [next(iter(item.values())) for item in document["items"]]
            self.assertTrue(ids, kind)
            self.assertEqual(ids, [line.split()[0] for line in run("list", kind).stdout.splitlines()], kind)


class ARunbookHasFiveSteps(unittest.TestCase):
    def test_every_cause_explains_itself(self):
        for item in json.loads(run("list", "causes", "--json").stdout)["items"]:
            page = run("explain", item["id"]).stdout
            steps = ("1 detection", "2 isolation", "3 mitigate", "4 fix", "5 prevention")
            places = [page.find(f"\n{step}\n") for step in steps]
            self.assertEqual(places, sorted(places), item["id"])
            self.assertGreater(places[0], 0, item["id"])
            document = json.loads(run("explain", item["id"], "--json").stdout)
            self.assertEqual(document["schema"], "wirecause.cause/1")
            self.assertEqual(document["summary"], item["summary"])


if __name__ == "__main__":
    unittest.main()
