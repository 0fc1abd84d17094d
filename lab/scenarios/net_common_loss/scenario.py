# SPDX-License-Identifier: Apache-2.0
"""All lines of a feed lose the same numbers before this host: nobody brings them."""
from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, case, happened

SECONDS = 1


def loss_of(lab, holes):
    return "down loss numbers=" + ",".join(lab.load.ranges(holes))


def drawn_holes(lab, first=None, last=None):
    return lab.dice.numbers(first or 200, last or lab.load.rate - 200, holes=lab.dice.between(1, 4))


def both_lines(lab, rules=None, skip=()):
    """Both lines through a relay each with its rules; the watch, and what each line's consumer missed, which must be what the
    relay took and the publisher left out."""
    lab.two_lines(relayed="AB" if rules is not None else "")
    relays = {line: lab.relay(line, *rules.get(line, ())) for line in "AB"} if rules is not None else {}
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    publisher.send(SECONDS * lab.load.rate, skip=skip, **lab.load.words)
    missed, truth = {}, publisher.truth()
    for line in "AB":
        happened(consumers[line].wait_drained()["drops"] == 0, "no socket drops")
        missed[line] = lab.missed(consumers[line], line)
        taken = relays[line].numbers("loss", lab.load.step) if relays else truth.skipped(line)
        happened(missed[line] == taken, f"line {line} misses {missed[line]}, taken were {taken}")
    return watch, consumers, missed


def answer(lab, watch, consumers, missed):
    """A number that both lines lack is lost once."""
    return lab.answer(watch.end(), lost=len(missed["A"] | missed["B"]), missed={consumers[line]: len(missed[line]) for line in "AB"})


@case(FAULT, "net_common_loss")
def the_same_numbers_on_both(lab):
    """A shared element takes the same ranges of numbers off both lines."""
    rule = loss_of(lab, drawn_holes(lab))
    watch, consumers, missed = both_lines(lab, {"A": [rule], "B": [rule]})
    happened(missed["A"] == missed["B"] and len(missed["A"]) > 0, f"both lines lose the same: {missed}")
    return answer(lab, watch, consumers, missed)


@case(FAULT, "net_common_loss")
def never_sent(lab):
    """The publisher counts on and sends these numbers on no line."""
    skip = [f"AB:{numbers}" for numbers in lab.load.ranges(drawn_holes(lab))]
    watch, consumers, missed = both_lines(lab, skip=skip)
    happened(missed["A"] == missed["B"] and len(missed["A"]) > 0, f"both lines lack the same: {missed}")
    return answer(lab, watch, consumers, missed)


@case(FAULT, "net_common_loss")
def one_line_is_late(lab):
    """The same numbers, while line B comes through a longer path: the holes are apart in time."""
    rule, late = loss_of(lab, drawn_holes(lab)), f"down delay us={lab.dice.between(300, 3000)}"
    watch, consumers, missed = both_lines(lab, {"A": [rule], "B": [rule, late]})
    happened(missed["A"] == missed["B"] and len(missed["A"]) > 0, f"both lines lose the same: {missed}")
    return answer(lab, watch, consumers, missed)


@case(TWIN)
def whole_lines(lab):
    """Both lines through the same relays, one of them late, and nothing is taken."""
    watch, consumers, missed = both_lines(lab, {"B": [f"down delay us={lab.dice.between(300, 3000)}"]})
    happened(len(missed["A"] | missed["B"]) == 0, "nothing is lost")
    return answer(lab, watch, consumers, missed)


@case(LOOK_ALIKE, "net_line_loss")
def different_numbers(lab):
    """Both lines lose, each other numbers, so that the other line brings them all."""
    half = lab.load.rate // 2
    rules = {"A": [loss_of(lab, drawn_holes(lab, last=half - 100))], "B": [loss_of(lab, drawn_holes(lab, first=half + 100))]}
    watch, consumers, missed = both_lines(lab, rules)
    happened(len(missed["A"]) > 0 < len(missed["B"]) and len(missed["A"] & missed["B"]) == 0, f"other numbers each: {missed}")
    return answer(lab, watch, consumers, missed)


@case(LOOK_ALIKE, "publisher_restart")
def the_numbers_begin_again(lab):
    """The publisher ends and a new one begins at number 1, on both lines: nothing is lost that was ever sent."""
    lab.two_lines()
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, first = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    first.send(SECONDS * lab.load.rate // 2, **lab.load.words)
    first.end()
    second = lab.publisher("A", "B")
    second.send(SECONDS * lab.load.rate // 4, **lab.load.words)
    for line in "AB":
        units = consumers[line].wait_drained()["units"]
        sent = len(first.truth().sent(line)) + len(second.truth().sent(line))
        happened(units == sent, f"line {line}: read {units} of {sent}")
    return lab.answer(watch.end(), missed={consumers[line]: 0 for line in "AB"})


@case(MIXED, ["net_common_loss", "net_line_loss"])
def some_on_both_some_on_one(lab):
    """Some numbers are lost on both lines, others on line A alone."""
    half = lab.load.rate // 2
    common = loss_of(lab, drawn_holes(lab, last=half - 100))
    watch, consumers, missed = both_lines(lab, {"A": [common, loss_of(lab, drawn_holes(lab, first=half + 100))], "B": [common]})
    happened(0 < len(missed["B"]) < len(missed["A"]), f"A lacks more than B: {missed}")
    result = answer(lab, watch, consumers, missed)
    result.shares = {"net_common_loss": len(missed["A"] & missed["B"]), "net_line_loss": len(missed["A"] - missed["B"])}
    return result
