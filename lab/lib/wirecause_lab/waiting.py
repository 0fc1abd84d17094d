# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition with a deadline: no test sleeps for a time and hopes."""
import time

from .outcome import Broken

STEP = 0.005  # seconds between two looks


def wait_until(condition, what, seconds=10.0):
    """The first true value of condition(); Broken after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Broken(f"waited {seconds} s for: {what}")
        time.sleep(STEP)
