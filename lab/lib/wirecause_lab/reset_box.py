# SPDX-License-Identifier: Apache-2.0
"""A box on the way that ends a connection, as a program of its own in the path's namespace:

    reset_box.py CLIENT_SIDE SERVER_SIDE SERVER_PORT BEHIND TTL

It looks at what comes in at the client's side, and behind so many packets with data it sends a reset to each end in the other's
name, with its own TTL. On standard output: "ready", then a JSON line with how many it sent and to which numbers."""
import json
import socket
import struct
import sys

from checksum import folded

ETHERNET, ALL, OUTGOING = 14, 0x0003, 4
RST, RST_ACK = 4, 20
PATIENCE = 30  # seconds


def segment_in(frame, port):
    """(source, destination, source port, number, acknowledgement, data bytes) of a segment to this port, else None."""
    if len(frame) < ETHERNET + 40 or frame[12:14] != b"\x08\x00" or frame[ETHERNET + 9] != 6:
        return None
    ip = frame[ETHERNET:]
    header = 4 * (ip[0] & 15)
    source_port, to, number, acknowledgement, offset = struct.unpack_from(">HHIIB", ip, header)
    data = struct.unpack_from(">H", ip, 2)[0] - header - 4 * (offset >> 4)
    return (ip[12:16], ip[16:20], source_port, number, acknowledgement, data) if to == port else None


def reset(ethernet, source, target, ports, number, acknowledgement, ttl):
    flags = RST_ACK if acknowledgement else RST
    header = struct.pack(">HHIIBBHHH", *ports, number, acknowledgement, 5 << 4, flags, 0, 0, 0)
    header = header[:16] + struct.pack(">H", folded(source + target + struct.pack(">BBH", 0, 6, 20) + header)) + header[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, ttl, 6, 0) + source + target
    return ethernet + b"\x08\x00" + ip[:10] + struct.pack(">H", folded(ip)) + ip[12:] + header


def main(client_side, server_side, port, behind, ttl):
    sides = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL)) for _ in range(2)]
    for side, name in zip(sides, (client_side, server_side)):
        side.bind((name, 0))
        side.settimeout(PATIENCE)
    print("ready", flush=True)
    with_data = 0
    while with_data < behind:
        frame, address = sides[0].recvfrom(65_536)
        segment = segment_in(frame, port) if address[2] != OUTGOING else None
        with_data += segment is not None and segment[5] > 0
    source, target, source_port, number, acknowledgement, data = segment
    to_server, to_client = frame[0:6] + frame[6:12], frame[6:12] + frame[0:6]
    # The packet itself is still on its way: to the server the reset comes before it (RFC 5961 3.2: the exact number).
    sides[1].send(reset(to_server, source, target, (source_port, port), number, 0, ttl))
    sides[0].send(reset(to_client, target, source, (port, source_port), acknowledgement, (number + data) % 2**32, ttl))
    print(json.dumps({"sent": 2, "to_server": number, "to_client": acknowledgement}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
