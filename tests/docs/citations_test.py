# What comments cite is there: rules of docs/decisions.md by number (DESIGN D4) or by heading (decisions, "What users see"),
# sections of ARCHITECTURE and CONTRIBUTING by heading. A document that nobody has is not cited.
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ["WIRECAUSE_SOURCE_DIR"])
FOLDERS = ("src", "bpf", "lab", "tests", "tools", "bench", "fuzz", "cmake")
KINDS = (".cpp", ".hpp", ".h", ".c", ".py", ".md", ".txt", ".cmake", ".in")
PAGES = {"decisions": "docs/decisions.md", "ARCHITECTURE.md": "ARCHITECTURE.md", "CONTRIBUTING.md": "CONTRIBUTING.md"}
BY_HEADING = re.compile(r"(decisions|ARCHITECTURE\.md|CONTRIBUTING\.md), \"([^\"]+)\"", re.IGNORECASE)
BY_NUMBER = re.compile(r"(?<!\d )\bD\d{1,2}\b")  # not in a list of prices
ELSEWHERE = re.compile(r"\b(?:DESIGN(?!,? D\d)|STYLE|PERFORMANCE|CAUSES|PROTOCOLS|DEPENDENCIES)\b[^\n]{0,30}|issue \d+\b")


def headings(page):
    return {line.lstrip("# ") for line in (ROOT / page).read_text().splitlines() if line.startswith("#")}


def files():
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS and path != pathlib.Path(__file__))


def complaints(text, known):
    """Comments run over lines: what begins a line of one is no part of the words."""
    words = re.sub(r"\s*\n\s*(?://|#|\*)?\s*", " ", text)
    for page, heading in BY_HEADING.findall(words):
        name = page.lower() if page.lower() == "decisions" else page
        if heading not in known[name]:
            yield f'{PAGES[name]} has no "{heading}"'
    for number in BY_NUMBER.findall(words):
        if not any(heading.startswith(f"{number} ") for heading in known["decisions"]):
            yield f"docs/decisions.md has no {number}"
    for match in ELSEWHERE.finditer(words):
        yield f"cites what the repository has not: {match.group(0)}"


known_headings = {name: headings(page) for name, page in PAGES.items()}
found = [f"{path.relative_to(ROOT)}: {what}" for path in files() for what in complaints(path.read_text(), known_headings)]
for what in found:
    print(what)
sys.exit(1 if found else 0)
