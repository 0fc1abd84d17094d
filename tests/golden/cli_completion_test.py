# The completion script in bash itself: what the Tab key offers.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

PROGRAM = os.environ["WIRECAUSE"]
SCRIPT = subprocess.run([PROGRAM, "completion", "bash"], capture_output=True, text=True, check=True).stdout


def offers(*words):
    """What completing the last word offers."""
    line = f"""{SCRIPT}
COMP_WORDS=(wirecause "$@"); COMP_CWORD=$#; _wirecause
printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", line, "bash", *words], capture_output=True, text=True,
                          check=True)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


class TheTabKey(unittest.TestCase):
    def test_completes_commands(self):
        self.assertEqual(offers("expl"), ["explain"])
        self.assertIn("--version", offers("--"))

    def test_completes_options_of_the_command(self):
        self.assertEqual(offers("list", "--js"), ["--json"])

    def test_completes_fixed_arguments(self):
        self.assertEqual(offers("list", "prot"), ["protocols"])
        self.assertEqual(offers("explain", "net_line_l"), ["net_line_loss"])

    def test_leaves_file_names_to_bash(self):
        self.assertEqual(offers("analyze", "no-such"), [])


if __name__ == "__main__":
    unittest.main()
