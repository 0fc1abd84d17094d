# SPDX-License-Identifier: Apache-2.0
"""The capture itself loses packets: the host and its application have them, the file has not."""
from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, Pcap, case, check, dumpcap, happened
from wirecause_lab.kernel import Arrivals
from wirecause_lab.lab import plain_frames
from wirecause_lab.stopping import burst_through, stopped
from wirecause_lab.streams import all_send, close, ended, lacking, several_streams

TOOLS = ("dumpcap",)
MIB = {True: 1, False: 64}  # of dumpcap's buffer, where it shall be overrun, and where not
RING = 1 << 20  # bytes of wirecause's own ring, where it shall overflow
LARGE = {"size": (200, 300), "count": (3, 4), "framings": ("mold", "iex", "cta")}  # 3 000 of them fill the buffer of 1 MiB


def one_line(lab, overrun):
    """The feed recorded by dumpcap: path of its file, units that this lacks."""
    lab.pair()
    plain_frames(lab.publisher_side, lab.wiring.lines[0])
    consumer, recording, publisher = lab.consumer(), dumpcap(lab, lab.wiring.feeds[0], buffer_mib=MIB[overrun]), lab.publisher()
    burst_through(lab, recording.process, publisher, overrun)
    consumer.wait_drained()
    path, lacks = ended(lab, recording, "A")
    happened(len(lab.missed(consumer)) == 0, "the application has all")
    dropped = recording.dropped[lab.wiring.feeds[0]]
    happened(dropped * lab.load.step == len(lacks["A"]), f"dumpcap dropped {dropped}, its file lacks {lacks['A']}")
    return path, len(lacks["A"])


@case(FAULT, "capture_dropped", tools=TOOLS, evidence="capture", **LARGE)
def a_stopped_dumpcap(lab):
    """dumpcap is kept off the CPU during a burst; its file states how many packets it dropped."""
    path, lacks = one_line(lab, overrun=True)
    happened(lacks > 0, "the burst should not fit into the buffer")
    return lab.answer(lab.analyze(path), lost=lacks)


def without_counts(lab, *words, turns):
    """The feed and three unrelated streams, recorded by tcpdump with these options; every second of the turns it is stopped."""
    lab.pair()
    plain_frames(lab.publisher_side, lab.wiring.lines[0])
    streams, consumer = several_streams(lab), lab.consumer()
    recording = lab.record(*words, "udp")
    for turn in range(turns):
        with stopped(recording.process, turn % 2 == 1):
            all_send(lab, streams, lab.load.rate // turns)
    close(lab, streams, lambda: [frame for _, frame, _ in Pcap.frames(recording.path)])
    lacks = lacking(lab, streams, [frame for _, frame, _ in Pcap.frames(recording.end())])
    consumer.wait_drained()
    happened(recording.dropped > 0 and all(lacks.values()), f"tcpdump dropped {recording.dropped}, its file lacks {lacks}")
    happened(len(lab.missed(consumer)) == 0, "the application has all")
    return lab.answer(lab.analyze(recording.path), lost=sum(lacks.values()))


@case(FAULT, "capture_dropped", tools=("tcpdump",), evidence="capture")
def a_stopped_tcpdump(lab):
    """tcpdump is kept off the CPU: its file states nothing, but every stream has a hole at once."""
    return without_counts(lab, "-B", "1024", "-s", "2000", turns=3)


@case(FAULT, "capture_dropped", tools=("tcpdump",), evidence="capture")
def a_buffer_of_two_frames(lab):
    """The buffer of tcpdump takes two frames and it stops again and again: it drops now of one stream, now of all."""
    return without_counts(lab, "-B", "512", turns=2 * lab.dice.between(3, 8) + 1)


@case(FAULT, "capture_dropped", **LARGE)
def a_stopped_watch(lab):
    """Live: wirecause itself is kept off the CPU and its own ring overflows; the reader, which has all, is not accused."""
    lab.pair()
    lab.publisher_side.without_ipv6()
    consumer, arrivals = lab.consumer(), Arrivals(lab.host, lab.wiring.feeds[0])
    watch, publisher = lab.watch(lab.wiring.feeds[0], "--ring", str(RING)), lab.publisher()
    burst = burst_through(lab, watch.process, publisher, overrun=True)
    publisher.send(10, **{**lab.load.words, "rate": 100})  # one by one: nothing is lost behind the last one seen
    consumer.wait_drained()
    sent, least = publisher.truth().datagrams, burst - RING // (lab.load.count * lab.load.size)
    arrivals.check(sent)
    happened(len(lab.missed(consumer)) == 0 < least, f"the application has all, and {least} datagrams find no room in the ring")
    report = watch.end()
    tap = report.document["inputs"][0]
    seen, dropped = tap["packets"], tap["dropped"]
    check(dropped >= least and seen + dropped == sent,
          f"wirecause saw {seen} and says that {dropped} were dropped: {sent} came, of which {least} found no room at least")
    return lab.answer(report, lost=(sent - seen) * lab.load.step, missed={consumer: 0})


@case(TWIN, tools=TOOLS, evidence="capture", **LARGE)
def a_dumpcap_that_runs(lab):
    """The same load; dumpcap is not stopped, and its buffer takes the burst."""
    path, lacks = one_line(lab, overrun=False)
    happened(lacks == 0, f"the file has all: lacks {lacks}")
    return lab.answer(lab.analyze(path))


def two_lines(lab, overrun):
    """Line A through a relay that takes numbers of it; both recorded on the host."""
    lab.two_lines(relayed="AB")
    holes = lab.dice.numbers(50, lab.load.rate // 4 - 50, holes=lab.dice.between(1, 3))
    relays = {"A": lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges(holes))), "B": lab.relay("B")}
    recording, publisher = dumpcap(lab, *lab.wiring.feeds, buffer_mib=MIB[overrun]), lab.publisher("A", "B")
    burst_through(lab, recording.process, publisher, overrun)
    path, lacks = ended(lab, recording, "AB")
    taken = relays["A"].numbers("loss", lab.load.step)
    happened(len(taken) > 0 and len(taken - lacks["A"]) == 0, f"the relay took {taken}, line A lacks {lacks['A']}")
    dropped = dict(zip("AB", (recording.dropped[feed] for feed in lab.wiring.feeds)))
    happened(dropped["A"] * lab.load.step == len(lacks["A"] - taken) and dropped["B"] * lab.load.step == len(lacks["B"]),
             f"dumpcap dropped {dropped}, beside {taken} its file lacks {lacks}")
    return path, taken, lacks


@case(LOOK_ALIKE, "net_line_loss", tools=TOOLS, evidence="capture")
def holes_before_the_capture(lab):
    """Line A loses numbers on its way; dumpcap states that it dropped nothing."""
    path, taken, lacks = two_lines(lab, overrun=False)
    happened(lacks["A"] == taken and len(lacks["B"]) == 0, f"the file has the rest: lacks {lacks}")
    return lab.answer(lab.analyze(path), lost=len(taken))


@case(MIXED, ["capture_dropped", "net_line_loss"], tools=TOOLS, evidence="capture", **LARGE)
def both(lab):
    """Line A loses numbers on its way, and later dumpcap drops of both lines: each is named with its share."""
    path, taken, lacks = two_lines(lab, overrun=True)
    happened(len(lacks["B"]) > 0, "the burst should not fit into the buffer")
    ours = (lacks["A"] - taken) | lacks["B"]
    return lab.answer(lab.analyze(path), lost=len(lacks["A"] | lacks["B"]),
                      shares={"net_line_loss": len(taken), "capture_dropped": len(ours)})
