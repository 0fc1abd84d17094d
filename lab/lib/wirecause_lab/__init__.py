# SPDX-License-Identifier: Apache-2.0
"""What scenarios and live tests use: namespaces, a publisher, consumers, a relay, wirecause, and the judge of its answer."""
from .dumpcap import dumpcap, frames_of
from .kernel import Kernel
from .lab import GROUP, GROUP_B, PORT, PORT_B, USUAL_BUFFER, Lab
from .numbers import Numbers, Truth
from .outcome import Broken, Skipped, check, check_equal, happened, skip
from .recording import Pcap
from .scenario import FAULT, LOOK_ALIKE, MIXED, TWIN, case
from .report import Report, Row
from .waiting import wait_until

__all__ = ["FAULT", "GROUP", "GROUP_B", "LOOK_ALIKE", "MIXED", "PORT", "PORT_B", "TWIN", "Broken", "Kernel", "Lab", "Numbers", "Pcap",
           "Report", "Row", "Skipped", "Truth", "USUAL_BUFFER", "case", "check", "check_equal",
           "dumpcap", "frames_of",
           "happened", "skip", "wait_until"]
