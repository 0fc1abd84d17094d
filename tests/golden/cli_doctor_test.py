# SPDX-License-Identifier: Apache-2.0
"""wirecause doctor: the same for people and programs, green only when nothing is left to do, and honest without privileges."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WIRECAUSE"]
STATES = ("full", "reduced", "none")


def run(*words, before=()):
    return subprocess.run([*before, PROGRAM, *words], capture_output=True, text=True, timeout=120, check=False)


class DoctorTellsTheSameToPeopleAndPrograms(unittest.TestCase):
    def setUp(self):
        self.done = run("doctor", "--json")
        self.document = json.loads(self.done.stdout)

    def test_the_sums_meet_and_decide_the_exit_code(self):
        states = [item["state"] for item in self.document["evidence"]]
        for state in STATES:
            self.assertEqual(states.count(state), self.document[state])
        to_do = [item for item in self.document["evidence"] if item["state"] == "none" or item["remedy"]]
        self.assertEqual(self.done.returncode, 3 if to_do else 0)

    def test_all_that_is_missing_has_a_reason_and_what_cannot_be_had_a_remedy(self):
        for item in self.document["evidence"]:
            if item["state"] != "full":
                self.assertTrue(item["reason"], item)
            if item["state"] == "none":
                self.assertTrue(item["remedy"], item)
            # What the library that loads programs says of them is not for people.
            self.assertNotIn("RLIMIT_MEMLOCK", item["reason"])

    def test_no_two_rows_have_one_name(self):
        names = [item["id"].removeprefix("collector ") for item in self.document["evidence"]]
        self.assertEqual(len(names), len(set(names)))

    def test_the_kernel_is_the_one_that_uname_says(self):
        self.assertEqual(self.document["kernel"]["release"], os.uname().release)

    def test_every_collector_of_this_build_is_looked_at(self):
        listed = {item["id"] for item in json.loads(run("list", "collectors", "--json").stdout)["items"]}
        asked = {item["id"].split(" ", 1)[1] for item in self.document["evidence"] if item["id"].startswith("collector ")}
        self.assertEqual(listed, asked)

    def test_the_text_has_a_line_for_each(self):
        text = run("doctor").stdout
        for item in self.document["evidence"]:
            self.assertRegex(text, rf"(?m)^(full|reduced|none) +{item['id']}: ")


class DoctorIsUsedWrongly(unittest.TestCase):
    def test_an_interface_that_is_not_there_is_an_error(self):
        done = run("doctor", "--interface", "no-such-if")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no-such-if: no such interface", done.stderr)


class DoctorWithoutPrivileges(unittest.TestCase):
    def test_says_what_cannot_be_seen_and_how_it_could(self):
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            self.skipTest("needs root and setpriv, to become nobody")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            copy = pathlib.Path(folder, "wirecause")
            shutil.copy(PROGRAM, copy)
            copy.chmod(0o755)
            nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(copy), "doctor", "--json"]
            done = subprocess.run(nobody, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 3, done.stderr)
        evidence = {item["id"]: item for item in json.loads(done.stdout)["evidence"]}
        self.assertEqual(evidence["packets"]["state"], "none")
        self.assertIn("CAP_NET_RAW", evidence["packets"]["remedy"])
        self.assertEqual(evidence["drops"]["state"], "none")
        self.assertEqual(evidence["owners"]["state"], "reduced")
        for harmless in ("collector softnet", "collector snmp", "collector link", "sockets"):
            self.assertEqual(evidence[harmless]["state"], "full", evidence[harmless])


if __name__ == "__main__":
    unittest.main()
