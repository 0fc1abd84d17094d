# SPDX-License-Identifier: Apache-2.0
"""docs/json.md explains every key that the schema allows, and no other."""
import re
import sys

import schema


def keys_of(node):
    found = set()
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            found |= set(node["properties"])
        for value in node.values():
            found |= keys_of(value)
    elif isinstance(node, list):
        for value in node:
            found |= keys_of(value)
    return found


def documented():
    """The first column of every table: | `key` | or | `a`, `b` |."""
    keys = set()
    with open(f"{schema.root()}/docs/json.md", encoding="utf-8") as f:
        for line in f:
            cell = re.match(r"\| *((?:`[a-z0-9_]+`(?:, )?)+) *\|", line)
            if cell:
                keys |= set(re.findall(r"`([a-z0-9_]+)`", cell.group(1)))
    return keys


def main():
    allowed = keys_of(schema.load())
    known = documented()
    for key in sorted(allowed - known):
        print(f"docs/json.md does not explain {key}")
    for key in sorted(known - allowed):
        print(f"docs/json.md explains {key}, which does not exist")
    return 1 if allowed != known else 0


sys.exit(main())
