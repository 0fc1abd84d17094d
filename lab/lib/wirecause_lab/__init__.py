# SPDX-License-Identifier: Apache-2.0
"""What scenarios and live tests use: namespaces, a publisher, consumers, a relay, wirecause, and the judge of its answer."""
from .kernel import Kernel
from .lab import GROUP, GROUP_B, PORT, PORT_B, USUAL_BUFFER, Lab
from .numbers import Numbers, Truth
from .outcome import Broken, check, check_equal, happened, skip
from .report import Report, Row
from .waiting import wait_until

__all__ = ["GROUP", "GROUP_B", "PORT", "PORT_B", "Broken", "Kernel", "Lab", "Numbers", "Report", "Row", "Truth", "USUAL_BUFFER",
           "check", "check_equal", "happened", "skip", "wait_until"]
