# SPDX-License-Identifier: Apache-2.0
"""The checksum of IP, UDP and TCP (RFC 1071), of an even number of bytes."""
import struct


def folded(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
