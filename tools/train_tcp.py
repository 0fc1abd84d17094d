# The capture of TCP connections that tools/train runs the program over: downloads with losses before and behind the point
# that are sent again, uploads without time stamps, requests and answers, a tail that a timer sends again, a closed window.
# Unlike the capture of bench/tcp in kinds, sizes and times, so that what is measured there is not what was trained for.
# SPDX-License-Identifier: Apache-2.0
import heapq
import random
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MICRO, MILLI = 1_000, 1_000_000
START = 1_780_000_000_000_000_000


class Talk:
    """The packets of one connection in order of time, seen beside the server or on the way."""

    def __init__(self, number):
        self.random = random.Random(number)
        self.number = number
        self.has_stamps = number % 3 != 0
        self.now = START + number * 7 * MILLI
        self.to_client = self.random.randint(150, 30_000) * MICRO  # there and back
        self.to_server = self.random.choice((15, 200, 9_000)) * MICRO
        self.seq = [self.random.getrandbits(32), self.random.getrandbits(32)]  # client, server: next numbers
        self.packets = []

    def say(self, who, flags=ACK, length=0, at=None, seq=None, ack=None, sack=(), window=800):
        own = self.seq[who] if seq is None else seq
        other = self.seq[1 - who] if ack is None else ack
        self.packets.append((self.now if at is None else at, who, flags, own, other, length, sack, window))
        if seq is None:
            self.seq[who] += length + (1 if flags & (SYN | FIN) else 0)

    def open(self):
        self.say(0, SYN, ack=0)
        self.now += self.to_server
        self.say(1, SYN | ACK)
        self.now += self.to_client
        self.say(0)

    def close(self):
        if self.number % 11 == 0:
            self.say(0, RST | ACK)
            return
        self.say(1, FIN | ACK)
        self.now += self.to_client
        self.say(0, FIN | ACK)
        self.now += self.to_server
        self.say(1)

    def flight(self, who, count, size, lost=None, is_seen=True):
        """`count` segments and their acknowledgements; the one that is lost is sent again on the third duplicate, or late."""
        back = self.to_client if who == 1 else self.to_server
        gap = self.random.randint(1, 30) * MICRO
        first = acked = self.seq[who]
        duplicates = 0
        for i in range(count):
            at = self.now + i * gap
            self.say(who, ACK | (PSH if i == count - 1 else 0), size, at)
            if i == lost:
                if not is_seen:
                    self.packets.pop()
            elif lost is not None and i > lost:
                duplicates += 1
                self.say(1 - who, at=at + back, ack=acked, sack=((first + (lost + 1) * size, self.seq[who]),))
            else:
                acked = self.seq[who]
                if i % 2 == 1 or i == count - 1:
                    self.say(1 - who, at=at + back, ack=acked)
        self.now += count * gap + self.to_client + self.to_server
        if lost is not None:
            self.now += 0 if duplicates >= 3 else 220 * MILLI
            self.say(who, ACK, size, seq=first + lost * size)
            self.now += back
            self.say(1 - who)
            self.now += self.to_client + self.to_server - back

    def bulk(self, who, segments):
        window, sent = 10, 0
        while sent < segments:
            count = min(window, segments - sent)
            lost = self.random.randrange(count) if self.random.random() < 0.08 else None
            self.flight(who, count, 1_448 if self.has_stamps else 1_460, lost, self.random.random() < 0.5)
            window = max(4, window // 2) if lost is not None else min(window + 3, 64)
            sent += count
            if self.random.random() < 0.05:  # the reader stops for a while
                self.say(1 - who, window=0)
                self.now += self.random.randint(5, 60) * MILLI
                self.say(1 - who)
                self.now += self.to_client + self.to_server

    def requests(self, count):
        for _ in range(count):
            self.flight(0, 1, self.random.randint(30, 1_200))
            self.now += self.random.randint(20, 4_000) * MICRO
            length = self.random.randint(1, 9)
            self.flight(1, length, self.random.randint(100, 1_400), length - 1 if self.random.random() < 0.02 else None)
            self.now += self.random.randint(1, 40) * MILLI

    def all(self):
        self.open()
        if self.number % 4 == 0:
            self.requests(90)
        else:
            self.bulk(1 if self.number % 4 < 3 else 0, 400)
        self.close()
        return sorted(self.packets, key=lambda packet: packet[0])


def ones_sum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def options_of(talk, at, flags, sack):
    stamp = (at // MILLI) & 0xffff_ffff
    out = b""
    if flags & SYN:
        out += struct.pack("!BBHBBBB", 2, 4, 1_460, 4, 2, 1, 3) + b"\x03\x07"
    if talk.has_stamps:
        out += struct.pack("!BBBBII", 1, 1, 8, 10, stamp, stamp)
    for begin, end in sack:
        out += struct.pack("!BBBBII", 1, 1, 5, 10, begin & 0xffff_ffff, end & 0xffff_ffff)
    return out + b"\0" * (-len(out) % 4)


def frame_of(talk, packet, ip_id):
    at, who, flags, seq, ack, length, sack, window = packet
    options = options_of(talk, at, flags, sack)
    client, server = struct.pack("!I", 0xc0a80100 + talk.number), struct.pack("!I", 0xac100001 + talk.number % 5)
    ports = (40_000 + 13 * talk.number, 5_432)
    addresses = client + server if who == 0 else server + client
    tcp = struct.pack("!HHIIBBHHH", ports[who], ports[1 - who], seq & 0xffff_ffff, ack & 0xffff_ffff if flags & ACK else 0,
                      (20 + len(options)) // 4 << 4, flags, window, 0, 0) + options + bytes(length)
    tcp = tcp[:16] + struct.pack("!H", ones_sum(addresses + struct.pack("!HH", 6, len(tcp)) + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), ip_id & 0xffff, 0x4000, 60 + who, 6, 0) + addresses
    ip = ip[:10] + struct.pack("!H", ones_sum(ip)) + ip[12:]
    return bytes((2, 0, 0, 0, 1, who, 2, 0, 0, 0, 1, 1 - who, 8, 0)) + ip + tcp


def write(path, connections=40):
    talks = [Talk(number) for number in range(1, connections + 1)]
    merged = heapq.merge(*([(packet[0], talk.number, packet) for packet in talk.all()] for talk in talks))
    with open(path, "wb") as file:
        file.write(struct.pack("=IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 65_535, 1))
        for count, (at, number, packet) in enumerate(merged, 1):
            frame = frame_of(talks[number - 1], packet, count)
            file.write(struct.pack("=IIII", at // 1_000_000_000, at % 1_000_000_000, len(frame), len(frame)) + frame)
