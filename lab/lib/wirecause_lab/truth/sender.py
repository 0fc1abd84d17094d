# SPDX-License-Identifier: Apache-2.0
"""What the recorder's events mean: why the kernel sent bytes again, and what its sender waited for in each gap between two packets.

The kernel's names: tcp_ca_state (Open 0, Disorder 1, CWR 2, Recovery 3, Loss 4), tcp_chrono (busy 1, receiver's window 2, send
buffer 3), ICSK_TIME_* (retransmission 1, window probe 3, tail loss probe 5, reordering 6).
"""
import bisect

from ..outcome import Broken
from .wire import FIN, SYN, before

RECOVERY, LOSS = 3, 4
BY_WINDOW, BY_SEND_BUFFER = 2, 3
TAIL_PROBE = 5
SYN_SENT, SYN_RECEIVED = 2, 3
DUPLICATES = 3  # RFC 5681, RFC 6675
NEAR_NS = 20_000_000  # between the kernel's event and its packet on the wire: a sender's queue, a busy machine

# Classes of waits; the first six are stalls.
FAST, TIMEOUT, PROBE, WINDOW, NAGLE, SEND_BUFFER = "recovery_fast", "recovery_timeout", "recovery_probe", "window", "write_pattern", "send_buffer"
CONGESTION, PACING, IDLE, OPENING, CLOSING = "congestion_window", "pacing", "idle", "handshake", "closing"
UNTOLD = "untold"  # by the kernel
MOST_UNTOLD = 2  # packets of a flow
# A gap that ended with a repetition was a wait for it.
ENDED_BY = {"fast": FAST, "rack": FAST, "timeout": TIMEOUT, "tail_probe": PROBE, "syn": OPENING, "syn_ack": OPENING, UNTOLD: UNTOLD}
STALLS = (FAST, TIMEOUT, PROBE, WINDOW, NAGLE)


def kinds_of(events):
    """Each retransmission, in order: {"t", "seq", "end", "kind", "ca", ...}; the kind as wirecause's documents name it."""
    found, entered_with = [], {}
    for e in events:
        if e["what"] == "congestion":
            if e["ca"] == RECOVERY:
                entered_with[e["port"], e["peer"]] = e["sacked"]
            continue
        if e["what"] == "syn_ack":
            found.append({**e, "kind": "syn_ack"})
        if e["what"] == "resend" and e["error"] == 0:
            found.append({**e, "kind": kind_of(e, entered_with.get((e["port"], e["peer"]), 0))})
    return found


def kind_of(event, sacked_at_entry):
    if event["state"] == SYN_SENT:
        return "syn"
    if event["state"] == SYN_RECEIVED:
        return "syn_ack"
    if event["ca"] == LOSS:
        return "timeout"
    if event["ca"] == RECOVERY:
        return "fast" if sacked_at_entry >= DUPLICATES else "rack"
    return "tail_probe" if event["timer"] == TAIL_PROBE else "other"


def with_kinds(sent, resends):
    """{index in `sent`: the kernel's event}: which packets of the sender's capture are retransmissions. Each wire packet that
    begins below what was sent before must have its event. Now and then one of a timer has none, and the recorder counts none lost: why
    is not known. Of such a one nothing is judged; of many the truth is not whole: Broken."""
    highest, found = None, {}
    for i, packet in enumerate(sent):
        if highest is not None and before(packet.seq, highest):
            found[i] = nearest(packet, resends) or {"kind": UNTOLD}
        if highest is None or before(highest, packet.end):
            highest = packet.end
    untold = [sent[i] for i, event in found.items() if event["kind"] == UNTOLD]
    if len(untold) > max(MOST_UNTOLD, len(found) // 20):
        raise Broken(f"the kernel told of no retransmission of {untold[0].seq} (frame {untold[0].frame} at the sender), nor of {len(untold) - 1} more")
    return found


def nearest(packet, resends):
    event = min((e for e in resends if covers(e, packet)), key=lambda e: abs(e["t"] - packet.time), default=None)
    return event if event is not None and abs(event["t"] - packet.time) <= NEAR_NS else None


def covers(event, packet):
    return not before(packet.seq, event["seq"]) and not before(event["end"], packet.end)


class Waits:
    """What one connection's sender waited for, by its events and its packets."""

    def __init__(self, sent, resent, events):
        self.sent, self.resent = sent, resent
        self.states = [e for e in events if e["what"] in ("receives", "writes")]
        self.times = [e["t"] for e in self.states]
        self.sent_at = [packet.time for packet in sent]
        self.repeated = [e["t"] for e in events if e["what"] == "resend"]
        self.last = next((i for i, packet in enumerate(sent) if packet.flags & FIN), len(sent))

    def in_recovery(self, chrono):
        """ns of waits for a repetition that the kernel counts as limited in that way, too: it was before something was lost."""
        return sum(self.sent[i].time - self.sent[i - 1].time for i, event in self.resent.items()
                   if i and event.get("chrono") == chrono and ENDED_BY.get(event["kind"]) in (FAST, TIMEOUT))

    def pieces(self, index):
        """[(begin, end, class)] of the gap that packet `index` ended: none between packets that left together."""
        begin, end = self.sent[index - 1].time, self.sent[index].time
        if begin >= end:
            return []
        if self.sent[index - 1].flags & SYN:
            return [(begin, end, OPENING)]
        if index > self.last:
            return [(begin, end, CLOSING)]
        event = self.resent.get(index)
        if event is not None and event["kind"] in ENDED_BY:
            by_window = event["kind"] == "tail_probe" and event["chrono"] == BY_WINDOW
            return [(begin, end, WINDOW if by_window else ENDED_BY[event["kind"]])]
        return list(self.states_in(begin, end))

    def states_in(self, begin, end):
        """The state before an event held since the one before it."""
        at = begin
        first, last = bisect.bisect_right(self.times, begin), bisect.bisect_right(self.times, end)
        for state, time in zip(self.states[first:last], self.times[first:last]):
            if time > at:
                yield at, time, self.class_of(state)
            at = time
        if at == end:
            return
        # The next event knows what held, unless something was sent again before it.
        repeats = bisect.bisect_right(self.repeated, end)
        is_known = last < len(self.times) and (repeats == len(self.repeated) or self.repeated[repeats] > self.times[last])
        after = self.class_of(self.states[last]) if is_known else IDLE
        yield at, end, after if at == begin else PACING

    def of_gap(self, index):
        """(class that held longest, length) of the gap that packet `index` ended."""
        shares = self.shares(self.sent[index - 1].time, self.sent[index].time, index, index)
        return max(shares, key=shares.get, default=IDLE), self.sent[index].time - self.sent[index - 1].time

    def between(self, begin, end):
        """{class: ns} of [begin, end)."""
        return self.shares(begin, end, bisect.bisect_right(self.sent_at, begin), bisect.bisect_left(self.sent_at, end))

    def shares(self, begin, end, first, last):
        shares = {}
        for index in range(max(first, 1), min(last, len(self.sent) - 1) + 1):
            for at, until, wait in self.pieces(index):
                if min(until, end) > max(at, begin):
                    shares[wait] = shares.get(wait, 0) + min(until, end) - max(at, begin)
        return shares

    @staticmethod
    def class_of(state):
        if state["ca"] in (RECOVERY, LOSS):
            return FAST if state["ca"] == RECOVERY else TIMEOUT
        waiting = (state["written"] - state["nxt"]) & 0xFFFFFFFF
        if not waiting:
            if state["no_space"] or state["chrono"] == BY_SEND_BUFFER:
                return SEND_BUFFER
            return PROBE if state["probing"] and state["out"] else IDLE
        if state["chrono"] == BY_WINDOW:
            return WINDOW
        if state["cwnd_limited"]:
            return CONGESTION
        if waiting < state["mss"] and state["out"]:
            return NAGLE
        return PACING
