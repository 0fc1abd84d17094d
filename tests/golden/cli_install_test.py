# `cmake --install` puts the program, its man page, its completion and the lab where they belong; the pages are the program's
# own, and what `./dev build` compiles is all that is installed.
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["WIRECAUSE"]
ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
BUILD = pathlib.Path(PROGRAM).parent

if shutil.which("cmake") is None or not (BUILD / "cmake_install.cmake").exists():
    print("the program does not lie in a CMake build folder")
    sys.exit(77)


def says(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, check=True).stdout


def compiled_by(target):
    """Names of the programs that `ninja TARGET` links; this build folder may hold more than a user's."""
    done = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", target], capture_output=True, text=True, check=True)
    return {pathlib.Path(name).name for name in re.findall(r" -o (\S+)", done.stdout)}


def target_of_dev_build():
    """The target that cmd_build of ./dev names."""
    return re.search(r"^cmd_build\(\) \{\n.* (\w+)$", (ROOT / "dev").read_text(), re.MULTILINE).group(1)


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["cmake", "--install", BUILD, "--prefix", folder], check=True, stdout=subprocess.DEVNULL)
    prefix = pathlib.Path(folder)
    assert os.access(prefix / "bin/wirecause", os.X_OK)
    assert (prefix / "share/man/man1/wirecause.1").read_bytes() == says("man")
    assert (prefix / "share/bash-completion/completions/wirecause").read_bytes() == says("completion", "bash")
    lab = prefix / "libexec/wirecause"
    assert os.access(lab / "wirecause-lab", os.X_OK)
    for page in [lab / "README.md", *lab.glob("scenarios/*/README.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page}: {link}"
    programs = {path.name for path in (lab / "bin").iterdir()}
    assert {"lab_publisher", "lab_consumer", "lab_relay"} <= programs, programs
    if (BUILD / "build.ninja").exists():
        missing = (programs | {"wirecause"}) - compiled_by(target_of_dev_build())
        assert not missing, f"installed, but not compiled by ./dev build: {missing}"
