# SPDX-License-Identifier: Apache-2.0
"""Whether a feed came as evenly as it was told to: a machine that is busy with other things may send it in fits and starts."""
from .outcome import happened

STRETCH_MS = 250


def check_outrun(publisher, service_us, line="A"):
    """It left less time for a datagram than its reader needs, all the time: only then the reader is slow, and nothing else."""
    fewest = publisher.truth().fewest(STRETCH_MS, line)
    happened(fewest * service_us > STRETCH_MS * 1000, f"the feed sank to {fewest} datagrams in {STRETCH_MS} ms: no slow reader")
