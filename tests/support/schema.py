# SPDX-License-Identifier: Apache-2.0
"""Validates wirecause.analysis/1 and wirecause.connection/1 documents, and lines of wirecause.live/1. As a program: schema.py FILE... prints every
violation (FILE.jsonl: of every line); 77 = no validator here."""
import functools
import json
import os
import sys
import warnings

SKIPPED = 77
CONNECTION = "wirecause.connection-1"  # its schema is part of another
PLACE = "wirecause.analysis-1.schema.json"


def root():
    return os.environ.get("WIRECAUSE_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load(name="wirecause.analysis-1"):
    with open(os.path.join(root(), f"docs/schema/{name}.schema.json"), encoding="utf-8") as f:
        return json.load(f)


@functools.cache
def validator(name):
    """Of a whole document; what it refers to stands beside it."""
    import jsonschema

    schema = load(name) if name != CONNECTION else {"$id": f"{name}.schema.json", "$ref": f"{PLACE}#/$defs/connection_document"}
    jsonschema.Draft202012Validator.check_schema(schema)
    known = {f"{other}.schema.json": load(other) for other in ("wirecause.analysis-1", "wirecause.live-1")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its successor is not in Debian 12's version
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=known)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)


def violations(document, name="wirecause.analysis-1"):
    """One line for each place where the document is not what the schema says."""
    errors = [e for error in validator(name).iter_errors(document) for e in blamed(error, document)]
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in errors]


def blamed(error, document):
    """Of a line that fits none of the events: what is wrong with it as the event that it says it is."""
    if error.validator != "oneOf":
        return [error]
    events = [branch["$ref"].rsplit("/", 1)[1] for branch in error.validator_value]
    own = [e for e in error.context if events[e.schema_path[0]] == document.get("event")]
    return own or [error]


def violations_of_line(document):
    return violations(document, "wirecause.live-1")


def violations_of_whole(document):
    """By the schema that it says it has: of one connection, or of a whole run."""
    is_one = isinstance(document, dict) and document.get("schema") == "wirecause.connection/1"
    return violations(document, CONNECTION) if is_one else violations(document)


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
            seen = [v for line in f for v in violations_of_line(json.loads(line))] if lines else violations_of_whole(json.load(f))
        for line in seen:
            print(f"{path}: {line}")
        found += len(seen)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
