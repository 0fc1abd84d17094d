# The skeletons of tools/new-item compile against today's headers, and nothing that is there is overwritten.
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
COMPILER = shutil.which("g++") or shutil.which("clang++-14")

if COMPILER is None:
    print("neither g++ nor clang++-14 is there")
    sys.exit(77)


def new_item(kind, folder):
    return subprocess.run([sys.executable, ROOT / "tools/new-item", kind, "a_new_one", "--root", folder],
                          capture_output=True, text=True, check=False)


for kind in ("protocol", "sender", "collector", "cause", "report", "command", "scenario"):
    with tempfile.TemporaryDirectory() as folder:
        done = new_item(kind, folder)
        assert done.returncode == 0, done.stderr
        for path in done.stdout.splitlines():
            if path.endswith(".py"):
                compile(pathlib.Path(path).read_text(), path, "exec")
            if path.endswith(".cpp"):
                subprocess.run([COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/src",
                                f"-I{ROOT}/tests", path], check=True)
        again = new_item(kind, folder)
        assert again.returncode == 1 and "is there already" in again.stderr, kind
