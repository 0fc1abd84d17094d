# `cmake --install` puts the program, its man page and its completion where they belong, and the pages are the program's own.
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["WIRECAUSE"]
BUILD = pathlib.Path(PROGRAM).parent

if shutil.which("cmake") is None or not (BUILD / "cmake_install.cmake").exists():
    print("the program does not lie in a CMake build folder")
    sys.exit(77)


def says(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, check=True).stdout


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["cmake", "--install", BUILD, "--prefix", folder], check=True, stdout=subprocess.DEVNULL)
    prefix = pathlib.Path(folder)
    assert os.access(prefix / "bin/wirecause", os.X_OK)
    assert (prefix / "share/man/man1/wirecause.1").read_bytes() == says("man")
    assert (prefix / "share/bash-completion/completions/wirecause").read_bytes() == says("completion", "bash")
