# SPDX-License-Identifier: Apache-2.0
"""What the live tests share: namespaces, a publisher, consumers, `wirecause watch`, and the judge of its sums."""
from .kernel import Kernel
from .lab import GROUP, GROUP_B, PORT, PORT_B, USUAL_BUFFER, Lab
from .numbers import Numbers, Truth
from .outcome import Broken, check, check_equal, happened, skip
from .report import Report, Row
from .runner import main
from .waiting import wait_until

__all__ = ["GROUP", "GROUP_B", "PORT", "PORT_B", "Broken", "Kernel", "Lab", "Numbers", "Report", "Row", "Truth", "USUAL_BUFFER", "check",
           "check_equal", "happened", "main", "skip", "wait_until"]
