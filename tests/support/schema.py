# SPDX-License-Identifier: Apache-2.0
"""Validates wirecause.analysis/1 documents, and each line of wirecause.live/1. As a program: schema.py FILE... prints every
violation (FILE.jsonl: of every line); 77 = no validator here."""
import json
import os
import sys

SKIPPED = 77


def root():
    return os.environ.get("WIRECAUSE_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load(name="wirecause.analysis-1"):
    with open(os.path.join(root(), f"docs/schema/{name}.schema.json"), encoding="utf-8") as f:
        return json.load(f)


def part(schema, definition):
    """One definition of a schema as a schema of its own."""
    return {**schema["$defs"][definition], "$defs": schema["$defs"]}


def schema_of_event(event):
    """A finding and the report have the keys of wirecause.analysis/1, behind the name of the event."""
    if event == "report":
        return load()
    if event == "finding":
        return part(load(), "finding")
    return part(load("wirecause.live-1"), event)


def violations_of_line(document):
    event = document.pop("event")
    return violations(document, schema_of_event(event))


def violations(document, schema=None):
    """One line for each place where the document is not what the schema says."""
    import jsonschema

    schema = schema or load()
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = jsonschema.Draft202012Validator(schema).iter_errors(document)
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in errors]


def main(paths):
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print("skipped: python3-jsonschema is not installed")
        return SKIPPED
    found = 0
    for path in paths:
        with open(path, encoding="utf-8") as f:
            lines = path.endswith(".jsonl")
            seen = [v for line in f for v in violations_of_line(json.loads(line))] if lines else violations(json.load(f))
        for line in seen:
            print(f"{path}: {line}")
        found += len(seen)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
