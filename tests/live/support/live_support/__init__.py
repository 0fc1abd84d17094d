# SPDX-License-Identifier: Apache-2.0
"""What the live tests use of the laboratory (lab/lib), and what runs the tests of one file."""
from wirecause_lab import *  # noqa: F401,F403
from wirecause_lab import __all__ as _lab
from wirecause_lab.watch import CHECKS_OF_LINES

from .runner import main
from .schema import violations

CHECKS_OF_LINES.append(violations)

__all__ = [*_lab, "main"]
