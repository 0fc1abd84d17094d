# SPDX-License-Identifier: Apache-2.0
"""What analyze says of TCP senders is what the kernel knows of them, at each capture point: a few flows of `wirecause-lab truth`."""
import os

from live_support import check, happened, main, skip
from wirecause_lab.truth import score
from wirecause_lab.truth.run import run_flow

SEED = 7
FLOWS = ("random_loss", "tail_loss", "outage", "slow_reader", "no_scaling", "nagle")
KERNEL = (6, 16)  # its tracepoints (lab/lib/recorder)


def the_truth_of_few_flows(_):
    """Kinds of retransmissions, stalls, and parts of the time, at the sender, in the middle and at the receiver."""
    release = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
    if release < KERNEL or not os.path.exists("/sys/kernel/btf/vmlinux"):
        skip(f"the recorder needs Linux {KERNEL[0]}.{KERNEL[1]} with BTF")
    print(score.head())
    runs = []
    for name in FLOWS:
        runs.append(run_flow(name, 0, SEED))
        print("\n".join([score.row(runs[-1]), *score.wrong(runs[-1])]), flush=True)
        happened(not runs[-1].broken, f"{name} is made: {runs[-1].broken}")
    print(score.foot(runs))
    happened(all(n for _, n in score.counts(runs).values()), "there is something of each to be judged")
    for what in ("kind", "stall"):
        right, judged = score.counts(runs)[what]
        check(right >= score.MUSTS[what] * judged, f"{what}: {right} of {judged}, at all three points")
    # Away from the sender parts of the time are off by more than they may (docs/limitations.md): `truth` tells by how much.
    right, judged = score.counts(runs, "sender")["time"]
    check(right == judged > 0, f"parts of the time at the sender: {right} of {judged}")


if __name__ == "__main__":
    main(the_truth_of_few_flows, tools=("tcpdump", "ethtool"))
