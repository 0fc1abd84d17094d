# SPDX-License-Identifier: Apache-2.0
"""The table of all flows, what was wrong with its packet, and the same as JSON."""
import collections

from .compare import KINDS_MUST, STALLS_MUST
from .run import POINTS

WHATS = ("kind", "stall", "time")
MUSTS = {"kind": KINDS_MUST, "stall": STALLS_MUST, "time": 1.0}


def counts(runs, point=None):
    """{what: (right, all)}"""
    found = {what: [0, 0] for what in WHATS}
    for run in runs:
        for at in (point,) if point else POINTS:
            for item in run.items[at]:
                found[item.what][0] += item.right
                found[item.what][1] += 1
    return {what: tuple(pair) for what, pair in found.items()}


def share(pair):
    right, all_ = pair
    return f"{right}/{all_}" if all_ else "-"


def percent(pair):
    return f"{100 * pair[0] / pair[1]:.1f} %" if pair[1] else "-"


def head():
    columns = "".join(f"{point + ' ' + what:>16}" for what in WHATS for point in POINTS)
    return f"{'flow':<24}{'again':>6}{columns}{'s':>6}"


def row(run):
    if run.broken:
        return f"{run.name:<24}broken: {run.broken}"
    found = {point: counts([run], point) for point in POINTS}
    columns = "".join(f"{share(found[point][what]):>16}" for what in WHATS for point in POINTS)
    return f"{run.name:<24}{run.resent:>6}{columns}{run.took:>6.1f}"


def wrong(run):
    """What was not right, a line each."""
    for point in POINTS:
        for item in run.items[point]:
            if not item.right:
                yield f"  {run.name}-{run.variation} {point} #{item.frame} {item.what}: {item.truth}; said: {item.claim} {item.note}".rstrip()


def confusion(runs):
    """How often each truth was called what, over all points."""
    table = collections.Counter()
    for run in runs:
        for point in POINTS:
            table.update((item.what, item.truth, item.claim) for item in run.items[point] if item.what != "time")
    return [(what, truth, claim, n) for (what, truth, claim), n in sorted(table.items())]


def reached(runs):
    total = counts(runs)
    return all(total[what][0] >= MUSTS[what] * total[what][1] for what in WHATS)


def foot(runs):
    lines = []
    for point in (*POINTS, None):
        found = counts(runs, point)
        lines.append(f"{point or 'all':<24}" + ", ".join(f"{what} {share(found[what])} = {percent(found[what])}" for what in WHATS))
    lines.append("must: " + ", ".join(f"{what} {100 * MUSTS[what]:.0f} %" for what in WHATS))
    return "\n".join(lines)


def record(runs, seed):
    """For --json."""
    total = counts(runs)
    return {"schema": "wirecause.lab-truth/1", "seed": seed, "reached": reached(runs),
            "musts": MUSTS,
            "total": {what: {"right": total[what][0], "judged": total[what][1]} for what in WHATS},
            "points": {point: {what: dict(zip(("right", "judged"), pair)) for what, pair in counts(runs, point).items()} for point in POINTS},
            "confusion": [dict(zip(("what", "truth", "claim", "count"), entry)) for entry in confusion(runs)],
            "flows": [{"flow": run.name, "variation": run.variation, "broken": run.broken or None, "retransmissions": run.resent,
                       "points": {point: {what: dict(zip(("right", "judged"), pair)) for what, pair in counts([run], point).items()}
                                  for point in POINTS},
                       "wrong": [{"point": point, **vars(item)} for point in POINTS for item in run.items[point] if not item.right]}
                      for run in runs]}
