# The man page through man itself: no warning, and every command in it.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import shutil
import subprocess
import sys

PROGRAM = os.environ["WIRECAUSE"]


def output_of(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options)


if shutil.which("man") is None or shutil.which("groff") is None:
    print("man is not installed (package man-db)")
    sys.exit(77)

page = output_of(PROGRAM, "man").stdout
# One paragraph is one long line, as in the terminal of a user with a very wide window: nothing is hyphenated.
shown = output_of("man", "--warnings", "--nj", "--nh", "-l", "-", input=page,
                  env={**os.environ, "MANWIDTH": "400", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""})
assert shown.stderr == "", shown.stderr
for item in json.loads(output_of(PROGRAM, "list", "commands", "--json").stdout)["items"]:
    assert f"wirecause {item['id']}" in shown.stdout, item["id"]
for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES"):
    assert f"\n{section}\n" in shown.stdout, section
