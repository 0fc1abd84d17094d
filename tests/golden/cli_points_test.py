# A file is read once, however it is named: beside the options, in --point alone, under another spelling, or twice.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WIRECAUSE"]


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


class AFileIsReadOnce(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.feed = f"{cls.folder.name}/feed.pcapng"
        made = run("send", "--packets", "1000", "--to", cls.feed)
        assert made.returncode == 0, made.stderr
        os.symlink(cls.feed, f"{cls.folder.name}/link.pcapng")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def assert_read_once(self, *words):
        done = run("analyze", "--json", *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        inputs = json.loads(done.stdout)["inputs"]
        self.assertEqual(len(inputs), 1, words)
        return inputs[0]

    def test_named_in_a_point_alone(self):
        self.assertEqual(self.assert_read_once("--point", f"tap={self.feed}")["points"], ["tap"])

    def test_named_in_a_point_under_another_spelling(self):
        other = f"{self.folder.name}/./feed.pcapng"
        read = self.assert_read_once("--point", f"tap={other}", self.feed)
        self.assertEqual((read["file"], read["points"]), (self.feed, ["tap"]))

    def test_named_through_a_link(self):
        self.assertEqual(self.assert_read_once("--point", f"tap={self.folder.name}/link.pcapng", self.feed)["points"],
                         ["tap"])

    def test_named_twice(self):
        self.assert_read_once(self.feed, self.feed)
        self.assert_read_once("--point", f"tap={self.feed}", "--point", f"tap={self.feed}")

    def test_two_names_for_one_file_are_a_mistake(self):
        done = run("analyze", "--point", f"tap={self.feed}", "--point", f"host={self.feed}")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("has two names, tap and host", done.stderr)

    def test_no_file_at_all_is_a_mistake(self):
        done = run("analyze", "--json")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no FILE to read", done.stderr)


if __name__ == "__main__":
    unittest.main()
