# SPDX-License-Identifier: Apache-2.0
"""One line of a feed loses packets on its way, before this host; the other line brings them."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, USUAL_BUFFER, Kernel, case, happened
from wirecause_lab.bypass import bears_the_mark, bypass_mark

SECONDS = 1


def loss_of(lab, holes):
    return "down loss numbers=" + ",".join(lab.load.ranges(holes))


def through_the_relay(lab, rules):
    """Both lines through a relay each with its rules; gives the answer's parts once all has been read."""
    lab.two_lines(relayed="AB")
    relays = {line: lab.relay(line, *rules.get(line, ()), seed=lab.dice.between(1, 10**6)) for line in "AB"}
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    lost = {}
    for line in "AB":
        drops = consumers[line].wait_drained()["drops"]
        lost[line] = relays[line].numbers("loss", lab.load.step)
        happened(drops == 0, f"no socket drops: {drops}")
        happened(lab.missed(consumers[line], line) == lost[line], f"line {line} misses what the relay took: {lost[line]}")
    return watch, lost, {consumers[line]: len(lost[line]) for line in "AB"}


@case(FAULT, "net_line_loss")
def given_numbers(lab):
    """Some ranges of numbers are lost on line A."""
    holes = lab.dice.numbers(200, lab.load.rate - 200, holes=lab.dice.between(1, 5))
    watch, lost, missed = through_the_relay(lab, {"A": [loss_of(lab, holes)]})
    happened(len(lost["A"]) > 0 == len(lost["B"]), f"line A alone loses: {lost}")
    return lab.answer(watch.end(), lost=len(lost["A"]), missed=missed)


@case(FAULT, "net_line_loss")
def bursty_path(lab):
    """A Gilbert-Elliott path on line B: mostly good, now and then bad for a few packets."""
    rule = f"down loss gilbert=0.00{lab.dice.between(2, 6)},0.{lab.dice.between(2, 5)},0.8 from_ordinal=100 to_ordinal={lab.load.rate - 100}"
    watch, lost, missed = through_the_relay(lab, {"B": [rule]})
    happened(len(lost["B"]) > 0 == len(lost["A"]), f"line B alone loses: {lost}")
    return lab.answer(watch.end(), lost=len(lost["B"]), missed=missed)


@case(TWIN)
def whole_lines(lab):
    """Both lines through the same relays, and nothing is taken."""
    watch, lost, missed = through_the_relay(lab, {})
    happened(len(lost["A"]) + len(lost["B"]) == 0, "nothing is lost")
    return lab.answer(watch.end(), missed=missed)


@case(LOOK_ALIKE, "net_common_loss")
def the_same_numbers_on_both(lab):
    """Both lines lose the same numbers: nobody brings them."""
    rule = loss_of(lab, lab.dice.numbers(200, lab.load.rate - 200, holes=lab.dice.between(1, 4)))
    watch, lost, missed = through_the_relay(lab, {"A": [rule], "B": [rule]})
    happened(lost["A"] == lost["B"] and len(lost["A"]) > 0, f"both lines lose the same: {lost}")
    return lab.answer(watch.end(), lost=len(lost["A"]), missed=missed)


@case(LOOK_ALIKE, "socket_rcvbuf_burst", count=(1, 2), size=(30, 60))
def lost_at_the_socket_of_one_line(lab):
    """The readers of both lines are fast; bursts do not fit into the buffer of line A's, and line B's has them all."""
    lab.two_lines()
    a = lab.consumer("A", service_us=lab.dice.between(25, 40), rcvbuf=lab.dice.between(50_000, USUAL_BUFFER))
    b, kernel = lab.consumer("B"), Kernel(lab.host)
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    for _ in range(lab.dice.between(1, 3)):
        publisher.send(lab.load.rate // 3, **lab.load.words)
        publisher.burst(lab.dice.between(800, 1200), count=lab.load.count, size=lab.load.size)
        publisher.pause(ms=200)
    publisher.send(lab.load.rate // 3, **lab.load.words)
    drops, others = (consumer.wait_drained()["drops"] for consumer in (a, b))
    missed, full = len(lab.missed(a, "A")), kernel.growth("UdpRcvbufErrors")
    happened(len(lab.missed(b, "B")) == others == 0, "the reader of line B has all")
    happened(missed == drops * lab.load.step == full * lab.load.step > 0, f"A's socket dropped {drops}, missed {missed}, full {full}")
    return lab.answer(watch.end(), lost=missed, missed={a: missed, b: 0}, victims={"socket_rcvbuf_burst": [a]})


@case(TWIN, is_blind=True)
def holes_of_an_unseen_reader(lab):
    """Line A has holes where the tap looks, but its reader bears the mark of a kernel bypass, which may have taken them past
    the tap: nothing is concluded of its group."""
    lab.pair(relayed="A")
    relay = lab.relay("A", loss_of(lab, lab.dice.numbers(200, lab.load.rate - 200, holes=2)))
    consumer = lab.consumer(prefix=bypass_mark(lab))
    happened(bears_the_mark(consumer), "the library should be mapped")
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    consumer.wait_drained()
    lost = relay.numbers("loss", lab.load.step)
    happened(len(lost) > 0 and lab.missed(consumer) == lost, f"the tap misses what the relay took: {lost}")
    return lab.answer(watch.end())
