# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a line of `wirecause watch --json` by its schema; nothing where no validator is installed."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ["WIRECAUSE_SOURCE_DIR"], "tests", "support"))
import schema  # noqa: E402


def violations(event):
    try:
        return schema.violations_of_line(event)
    except ImportError:
        return []
