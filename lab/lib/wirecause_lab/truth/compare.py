# SPDX-License-Identifier: Apache-2.0
"""Claims of one capture point beside the truth of the sender: kinds of retransmissions, stalls, and parts of the time."""
import bisect
import dataclasses

from . import sender
from .wire import ACK, before, sent_by

KINDS_MUST, STALLS_MUST = 0.98, 0.95
JIFFY_NS = 4_000_000  # CONFIG_HZ=250
LEAST_PART_NS = 200_000_000  # parts of the time that are compared


@dataclasses.dataclass
class Item:
    """One thing that was judged."""
    what: str  # "kind", "stall" or "time"
    frame: int
    truth: str
    claim: str
    right: bool
    note: str = ""


class Truth:
    """Of one flow: the sender's packets as they left, why those that were repeated were, and what each gap waited for."""

    def __init__(self, plan, packets, events, ports):
        self.plan = plan
        own, peer = ports
        events = [e for e in events if (e["port"], e["peer"]) == (own, peer)]
        self.own = own
        self.sent = sent_by(packets, own)
        self.index = {}
        for i, packet in enumerate(self.sent):
            self.index.setdefault(packet.key, i)
        self.resent = sender.with_kinds(self.sent, sender.kinds_of(events))
        self.waits = sender.Waits(self.sent, self.resent, events)

    def arrived(self, packets):
        """Indices of the transmissions that the receiver's end saw."""
        return {self.index[p.key] for p in packets if p.source == self.own and p.key in self.index}

    def needless(self, arrived):
        """Retransmissions of which every byte came by an earlier transmission, too."""
        return {i for i in self.resent if self.is_covered(i, sorted(a for a in arrived if a < i))}

    def is_covered(self, index, earlier):
        at, end = self.sent[index].seq, self.sent[index].end
        for other in sorted((self.sent[a] for a in earlier), key=lambda p: (p.seq - at + (1 << 31)) & 0xFFFFFFFF):
            if not before(at, other.seq) and before(at, other.end):
                at = other.end
        return not before(at, end)


def is_double(packet):
    """The first block says what came twice (RFC 2883 4)."""
    begin, end = packet.sack[0]
    inside = len(packet.sack) > 1 and not before(begin, packet.sack[1][0]) and not before(packet.sack[1][1], end)
    return before(begin, packet.ack) or inside


def evidence_of(packets, own, packet, has_arrived):
    """Whether the capture holds what says that a retransmission was needless: a D-SACK of its bytes, where it came to the receiver
    at all, or time stamps: the acknowledgement that moves on from its first byte echoes an older one."""
    edge = None
    for p in packets:
        if p.source == own or not p.flags & ACK:
            continue
        if p.time >= packet.time:
            if has_arrived and p.sack and is_double(p) and before(packet.seq, p.sack[0][1]) and before(p.sack[0][0], packet.end):
                return True
            moves_on = edge == packet.seq and not before(p.ack, packet.end)
            if moves_on and p.stamp and packet.stamp and before(p.stamp[1], packet.stamp[0]):
                return True
        if edge is None or before(edge, p.ack):
            edge = p.ack
    return False


def fresh_at(truth, packets):
    """Frames of retransmissions of which this point saw nothing before, nor anything above: all that came before was lost on the
    way here. Nothing on the wire tells them from data that are new."""
    top, found = None, set()
    for packet in packets:
        if packet.source != truth.own or packet.key not in truth.index:
            continue
        if truth.index[packet.key] in truth.resent and (top is None or not before(packet.seq, top)):
            found.add(packet.frame)
        if top is None or before(top, packet.end):
            top = packet.end
    return found


def is_same(claim, wanted, is_near):
    """Away from the sender nothing on the wire tells how many segments it knew to have arrived: there fast and rack are one."""
    return claim == wanted or not is_near and {claim, wanted} == {"fast", "rack"}


def judge_kinds(truth, packets, claims, arrived, is_near):
    """Each packet of the sender at this point that is a retransmission, or is called one; but those of fresh_at(), where nothing
    is said of them."""
    fresh = fresh_at(truth, packets)
    seen, needless = set(), truth.needless(arrived)
    for packet in packets:
        if packet.source != truth.own or packet.key not in truth.index:
            continue
        index = truth.index[packet.key]
        claim, sent_as = claims.of_frame.get(packet.frame, (None, None))
        if index in seen:  # the path's copy
            if claim is not None and claim != "path_copy":
                yield Item("kind", packet.frame, "path_copy", claim, False)
            continue
        seen.add(index)
        event = truth.resent.get(index)
        if event is None:
            if claim is not None:
                yield Item("kind", packet.frame, "sent once", claim, claim == "window_probe")
            continue
        wanted = event["kind"]
        if wanted == sender.UNTOLD or claim is None and packet.frame in fresh:
            continue
        if index not in needless:
            yield Item("kind", packet.frame, wanted, claim or unclaimed(claims, packet), is_same(claim, wanted, is_near))
            continue
        shown = evidence_of(packets, truth.own, packet, index in arrived)
        right = claim == "spurious" or not shown and is_same(claim, wanted, is_near)
        yield Item("kind", packet.frame, f"spurious, as {wanted}", f"{claim or unclaimed(claims, packet)}, as {sent_as}", right,
                   "" if shown else "no evidence at this point")


def unclaimed(claims, packet):
    if packet.frame in claims.reordered:
        return "reordered"
    return "copy" if packet.frame in claims.copies else "nothing"


def group_of(wait):
    return "window" if wait in ("receiver_window", "receiver_buffer") else wait


class Point:
    """What one capture saw of the sender's packets, on the sender's own clock: the path between delays each by another time."""

    def __init__(self, truth, packets, at_sender):
        self.truth = truth
        self.packets = [p for p in packets if p.source == truth.own and p.key in truth.index]
        self.index_of = {p.frame: truth.index[p.key] for p in self.packets}
        delays = {p.frame: p.time - truth.sent[self.index_of[p.frame]].time for p in self.packets}
        least = min(delays.values(), default=0)
        self.excess = {frame: delay - least for frame, delay in delays.items()}
        self.answers = excess_of_answers(packets, at_sender, truth.own)

    def interval(self, stall):
        """Of a stall that is listed: when it began and ended at the sender."""
        after = next(p for p in self.packets if p.frame == stall["frame_after"])
        end = self.truth.sent[self.index_of[after.frame]].time - (after.time - stall["to_ns"])
        before = [p for p in self.packets if p.time <= stall["from_ns"] and p.frame < after.frame]
        begin = end - (stall["to_ns"] - stall["from_ns"])
        if before:
            begin = min(end, self.truth.sent[self.index_of[before[-1].frame]].time + stall["from_ns"] - before[-1].time)
        return begin, end

    def hidden(self, begin, end):
        """By how much less than at the sender a wait can be seen to last here: its last packet before went slower than others,
        and so did the acknowledgement that ended it."""
        last = [self.excess[p.frame] for p in self.packets if self.truth.sent[self.index_of[p.frame]].time <= begin]
        heard = [excess for time, excess in self.answers if begin < time <= end]
        return (last[-1] if last else 0) + (heard[-1] if heard else 0)

    def gap_before(self, frame):
        at = next(i for i, p in enumerate(self.packets) if p.frame == frame)
        return self.packets[at].time - self.packets[at - 1].time if at else 0


def excess_of_answers(packets, at_sender, own):
    """[(when it came to the sender, by how much slower than the fastest)] of the peer's packets, from this point to the sender."""
    passed = {}
    for p in packets:
        if p.source != own:
            passed.setdefault(p.key, p.time)
    found = [(p.time, p.time - passed[p.key]) for p in at_sender if p.source != own and p.key in passed]
    least = min((delay for _, delay in found), default=0)
    return [(time, delay - least) for time, delay in found]


def judge_stalls(truth, packets, claims, role, at_sender):
    """Each stall that is listed, by what the sender waited for meanwhile; and each of the truth's that can be seen from here to be
    longer than all that are not listed."""
    point = Point(truth, packets, at_sender)
    listed = [s for s in claims.connection["stalls"] if s["sender"] == role]
    covered = []
    for stall in listed:
        if stall["frame_after"] not in point.index_of:
            yield Item("stall", stall["frame_after"], "no packet of the sender", stall["waits_for"], False)
            continue
        begin, end = point.interval(stall)
        covered.append((begin, end))
        shares = truth.waits.between(begin, end)
        longest = max(shares, key=shares.get, default="nothing")
        if longest == sender.UNTOLD:
            continue
        wanted = truth.plan.window if longest == sender.WINDOW else longest
        yield Item("stall", stall["frame_after"], wanted, stall["waits_for"], wanted == stall["waits_for"],
                   f"{(stall['to_ns'] - stall['from_ns']) / 1e6:.1f} ms, of them {shares.get(longest, 0) / 1e6:.1f}")
    shortest = min((s["to_ns"] - s["from_ns"] for s in listed), default=0) if claims.connection["stalls_omitted"] else 0
    floor = max(5_000_000, 3 * (claims.connection["base_rtt_ns"] or 0), shortest * 5 // 4)
    yield from not_listed(truth, point, covered, floor, fresh_at(truth, packets))


def not_listed(truth, point, covered, floor, fresh):
    indices = sorted(point.index_of.values())
    resent = sorted(truth.resent)
    fresh_indices = {point.index_of[frame] for frame in fresh}
    for i in range(1, len(truth.sent)):
        for begin, end, wait in truth.waits.pieces(i):
            is_long = wait in sender.STALLS and end - begin >= floor
            if not is_long or end - begin - point.hidden(begin, end) < floor or any(b < end and begin < e for b, e in covered):
                continue
            shown = next((k for k in indices if k >= i), None)
            if shown is None:
                continue
            frame = next(p.frame for p in point.packets if point.index_of[p.frame] == shown)
            # A recovery from a loss that cannot be seen here goes on unseen.
            cause = resent[bisect.bisect_right(resent, i) - 1] if resent and resent[0] <= i else None
            if frame not in fresh and cause not in fresh_indices and point.gap_before(frame) >= floor:
                yield Item("stall", frame, wait, "not listed", False, f"{(end - begin) / 1e6:.1f} ms")


def judge_time(truth, claims, role, info):
    """The parts that TCP_INFO knows: limited by the receiver's window, by the send buffer; less what was a recovery at the same time."""
    time = claims.connection["time"][f"from_{role}"]
    named = {"rwnd_limited_us": (sender.BY_WINDOW, ("receiver_window", "receiver_buffer")),
             "sndbuf_limited_us": (sender.BY_SEND_BUFFER, ("pacing",))}
    for key, (chrono, classes) in named.items():
        real, claimed = max(0, info[key] * 1000 - truth.waits.in_recovery(chrono)), sum(time[c] for c in classes)
        if real < LEAST_PART_NS and (claimed < LEAST_PART_NS or key == "sndbuf_limited_us" and truth.plan.control == "bbr"):
            continue
        right = abs(real - claimed) <= max(real // 50, 2 * JIFFY_NS)
        yield Item("time", 0, f"{real / 1e6:.0f} ms {key[:-3]}", f"{claimed / 1e6:.0f} ms {'+'.join(classes)}", right)
