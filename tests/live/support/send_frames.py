# SPDX-License-Identifier: Apache-2.0
"""send_frames.py INTERFACE: sends the frames that come in hexadecimal on stdin, one a line."""
import socket
import sys

with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
    out.bind((sys.argv[1], 0))
    for line in sys.stdin:
        out.send(bytes.fromhex(line))
