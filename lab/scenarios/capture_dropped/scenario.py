# SPDX-License-Identifier: Apache-2.0
"""The capture itself loses packets: the host and its application have them, the file has not."""
import signal

from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, Pcap, case, dumpcap, happened, wait_until
from wirecause_lab.frames import number_of, port_of
from wirecause_lab.lab import plain_frames
from wirecause_lab.streams import all_send, ended, lacking, several_streams

TOOLS = ("dumpcap",)
MIB = {True: 1, False: 64}  # of dumpcap's buffer, where it shall be overrun, and where not
LARGE = {"size": (200, 300), "count": (3, 4), "framings": ("mold", "iex", "cta")}  # 3 000 of them fill the buffer of 1 MiB


def send_through(lab, recording, publisher, overrun):
    """Half of the feed before and half of it after a burst; `overrun`: the capturing program does not run meanwhile."""
    publisher.send(lab.load.rate // 4, **lab.load.words)
    if overrun:
        recording.process.send_signal(signal.SIGSTOP)
    publisher.send(lab.dice.between(3000, 4000), rate=20_000, count=lab.load.count, size=lab.load.size)
    recording.process.send_signal(signal.SIGCONT)
    publisher.send(lab.load.rate // 4, **lab.load.words)


def one_line(lab, overrun):
    """The feed recorded by dumpcap: path of its file, units that this lacks."""
    lab.pair()
    plain_frames(lab.publisher_side, lab.wiring.lines[0])
    consumer, recording, publisher = lab.consumer(), dumpcap(lab, lab.wiring.feeds[0], buffer_mib=MIB[overrun]), lab.publisher()
    send_through(lab, recording, publisher, overrun)
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
        recording.process.send_signal(signal.SIGSTOP if turn % 2 else signal.SIGCONT)
        all_send(lab, streams, lab.load.rate // turns)
    last = lab.publishers[0].next
    lab.publishers[0].send(20, **{**lab.load.words, "rate": 500})  # one of them comes past any buffer, and behind all else
    wait_until(lambda: any(port_of(f) == lab.wiring.ports[0] and number_of(f, lab.load.framing) >= last
                           for _, f, _ in Pcap.frames(recording.path)), "the last datagrams")
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
    consumer, watch, publisher = lab.consumer(), lab.watch(lab.wiring.feeds[0], "--ring", "1M"), lab.publisher()
    send_through(lab, watch, publisher, overrun=True)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, "the application has all")
    report = watch.end()
    dropped = report.document["inputs"][0]["dropped"]
    happened(dropped > 0, "the ring of wirecause should overflow")
    return lab.answer(report, lost=dropped * lab.load.step, missed={consumer: 0})


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
    send_through(lab, recording, publisher, overrun)
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
    return lab.answer(lab.analyze(path), lost=len(lacks["A"] | lacks["B"]))
