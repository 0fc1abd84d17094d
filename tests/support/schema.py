# SPDX-License-Identifier: Apache-2.0
"""Validates wirecause.analysis/1 documents. As a program: schema.py FILE... prints every violation; 77 = no validator here."""
import json
import os
import sys

SKIPPED = 77


def root():
    return os.environ.get("WIRECAUSE_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load():
    with open(os.path.join(root(), "docs/schema/wirecause.analysis-1.schema.json"), encoding="utf-8") as f:
        return json.load(f)


def violations(document):
    """One line for each place where the document is not what the schema says."""
    import jsonschema

    schema = load()
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
            for line in violations(json.load(f)):
                print(f"{path}: {line}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
