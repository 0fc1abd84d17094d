# What README, ARCHITECTURE, CONTRIBUTING and docs/ promise: links lead somewhere, commands and options exist, and the
# generated parts are what the program says.
# SPDX-License-Identifier: Apache-2.0
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
PROGRAM = os.environ["WIRECAUSE"]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"(?:^|[\s|(])(\./dev|(?:build/)?wirecause) +([a-z]+)((?: +[^\s|;)&<>]+)*)")
OPTION = re.compile(r" (--[a-z][a-z-]*)")


def says(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True).stdout


@functools.cache
def commands():
    return {item["id"] for item in json.loads(says("list", "commands", "--json"))["items"]}


@functools.cache
def options_of(command):
    return set(re.findall(r"--[a-z][a-z-]*", says(command, "--help"))) | {"--help"}


@functools.cache
def dev_commands():
    usage = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\./dev ([a-z]+)", usage, re.MULTILINE))


def calls(text):
    """(program, command, options) of every call shown in code."""
    for block, inline in CODE.findall(text):
        for line in (block or inline).splitlines():
            for program, command, rest in CALL.findall(line):
                yield program, command, OPTION.findall(rest)


class Pages(unittest.TestCase):
    def test_every_link_leads_to_a_file(self):
        for page in PAGES:
            for link in LINK.findall(page.read_text()):
                target = link.split("#")[0]
                if not target or re.match(r"[a-z]+:", target):
                    continue
                self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}: {link}")

    def test_every_command_that_is_shown_exists(self):
        for page in PAGES:
            for program, command, options in calls(page.read_text()):
                where = f"{page.relative_to(ROOT)}: {program} {command}"
                if program == "./dev":
                    self.assertIn(command, dev_commands(), where)
                    continue
                self.assertIn(command, commands(), where)
                for option in options:
                    self.assertIn(option, options_of(command), where)

    def test_the_generated_parts_are_what_the_program_says(self):
        done = subprocess.run([sys.executable, ROOT / "tools/update-docs", "--check"], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_first_two_commands_of_the_readme_are_demo_and_test(self):
        shown = [command for _, command, _ in calls((ROOT / "README.md").read_text())]
        self.assertEqual(shown[:2], ["demo", "test"])

    def test_the_architecture_names_every_folder(self):
        page = (ROOT / "ARCHITECTURE.md").read_text()
        for folder in sorted(path.name for path in (ROOT / "src").iterdir() if path.is_dir()):
            self.assertIn(f"`{folder}`", page)
        for folder in ("bpf", "lab", "tests", "fuzz", "bench", "tools", "docs", "cmake"):
            self.assertIn(f"| `{folder}` |", page)

    def test_the_readme_leads_to_every_page(self):
        page = (ROOT / "README.md").read_text()
        for path in (ROOT / "docs").glob("*.md"):
            self.assertTrue(f"(docs/{path.name})" in page or path.name == "decisions.md", path.name)

    def test_the_usage_names_every_schema(self):
        page = (ROOT / "docs/usage.md").read_text()
        for path in sorted((ROOT / "src").rglob("*.cpp")):
            for schema in re.findall(r'"(wirecause\.[a-z]+/\d)"', path.read_text()):
                self.assertIn(f"| {schema} |", page, path.name)

    def test_every_folder_of_the_source_introduces_itself_in_fifteen_lines(self):
        for folder in sorted(path for path in (ROOT / "src").iterdir() if path.is_dir()):
            self.assertLessEqual(len((folder / "README.md").read_text().splitlines()), 15, folder.name)


if __name__ == "__main__":
    unittest.main()
