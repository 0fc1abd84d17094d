# SPDX-License-Identifier: Apache-2.0
"""Claims of one capture point beside the truth of the sender: kinds of retransmissions, stalls, and parts of the time."""
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


def judge_kinds(truth, packets, claims, arrived):
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
        if claim is None and packet.frame in fresh:
            continue
        if index not in needless:
            yield Item("kind", packet.frame, wanted, claim or unclaimed(claims, packet), claim == wanted)
            continue
        shown = evidence_of(packets, truth.own, packet, index in arrived)
        right = claim == "spurious" if shown else claim == wanted or claim == "spurious"
        yield Item("kind", packet.frame, f"spurious, as {wanted}", f"{claim or unclaimed(claims, packet)}, as {sent_as}", right,
                   "" if shown else "no evidence at this point")


def unclaimed(claims, packet):
    if packet.frame in claims.reordered:
        return "reordered"
    return "copy" if packet.frame in claims.copies else "nothing"


def group_of(wait):
    return "window" if wait in ("receiver_window", "receiver_buffer") else wait


def judge_stalls(truth, packets, claims, role):
    """Each stall that is listed, by the packet that ended it; and each of the truth's that is longer than all that are not listed."""
    at_point = [p for p in packets if p.source == truth.own and p.key in truth.index]
    index_of = {p.frame: truth.index[p.key] for p in at_point}
    indices = sorted(index_of.values())
    listed = [s for s in claims.connection["stalls"] if s["sender"] == role]
    for stall in listed:
        if stall["frame_after"] not in index_of:
            yield Item("stall", stall["frame_after"], "no packet of the sender", stall["waits_for"], False)
            continue
        index = index_of[stall["frame_after"]]
        earlier = [i for i in indices if i < index]
        gaps = [truth.waits.of_gap(i) for i in range(max(earlier[-1] if earlier else 0, 0) + 1, index + 1)]
        longest = max(gaps, key=lambda gap: gap[1], default=("nothing", 0))
        wanted = truth.plan.window if longest[0] == sender.WINDOW else longest[0]
        yield Item("stall", stall["frame_after"], wanted, stall["waits_for"], wanted == stall["waits_for"],
                   f"{(stall['to_ns'] - stall['from_ns']) / 1e6:.1f} ms of {longest[1] / 1e6:.1f}")
    shortest = min((s["to_ns"] - s["from_ns"] for s in listed), default=0) if claims.connection["stalls_omitted"] else 0
    floor = max(5_000_000, 3 * (claims.connection["base_rtt_ns"] or 0), shortest * 5 // 4)
    fresh = fresh_at(truth, packets)
    after = {index_of[s["frame_after"]] for s in listed if s["frame_after"] in index_of}
    for i in range(1, len(truth.sent)):
        wait, length = truth.waits.of_gap(i)
        if wait in sender.STALLS and length >= floor:
            shown = [k for k in indices if k >= i]
            if shown and shown[0] not in after:
                frame = next(p.frame for p in at_point if truth.index[p.key] == shown[0])
                if frame in fresh:
                    continue
                yield Item("stall", frame, wait, "not listed", False, f"{length / 1e6:.1f} ms")


def judge_time(truth, claims, role, info):
    """The parts that TCP_INFO knows: limited by the receiver's window, by the send buffer."""
    time = claims.connection["time"][f"from_{role}"]
    named = {"rwnd_limited_us": ("receiver_window", "receiver_buffer"), "sndbuf_limited_us": ("pacing",)}
    for key, classes in named.items():
        real, claimed = info[key] * 1000, sum(time[c] for c in classes)
        if real < LEAST_PART_NS and (claimed < LEAST_PART_NS or key == "sndbuf_limited_us" and truth.plan.control == "bbr"):
            continue
        right = abs(real - claimed) <= max(real // 50, 2 * JIFFY_NS)
        yield Item("time", 0, f"{real / 1e6:.0f} ms {key[:-3]}", f"{claimed / 1e6:.0f} ms {'+'.join(classes)}", right)
