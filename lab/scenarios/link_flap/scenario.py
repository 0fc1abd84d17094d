# SPDX-License-Identifier: Apache-2.0
"""An interface of the host loses its carrier and gets it back, while the publisher goes on."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened, wait_until
from wirecause_lab.kernel import carrier_changes


def flap(lab, publisher, packets):
    """The switch's port to the host is down while so many are sent."""
    feed = lab.wiring.feeds[0]
    before = carrier_changes(lab.host, feed)
    lab.switch.run("ip", "link", "set", "port1", "down")
    publisher.send(packets, **lab.load.words)
    lab.switch.run("ip", "link", "set", "port1", "up")
    wait_until(lambda: lab.switch.read("/sys/class/net/port1/brport/state").strip() == "3", "the switch's port forwards again", 40)
    happened(carrier_changes(lab.host, feed) == before + 2, "the carrier went and came back")


def spare(lab):
    """Another interface of the host, with a cable that nothing comes through; its other end."""
    lab.cable(lab.publisher_side, "spare1", lab.host, "spare0")
    return "spare1"


def flap_spare(lab, end):
    before = carrier_changes(lab.host, "spare0")
    lab.publisher_side.run("ip", "link", "set", end, "down")
    wait_until(lambda: carrier_changes(lab.host, "spare0") == before + 1, "the spare interface lost its carrier")
    lab.publisher_side.run("ip", "link", "set", end, "up")
    wait_until(lambda: carrier_changes(lab.host, "spare0") == before + 2, "and has it again")


def through_flaps(lab, consumers, publisher, lengths):
    publisher.send(lab.load.rate // 3, **lab.load.words)
    for packets in lengths:
        for consumer in consumers:
            consumer.wait_drained()
        flap(lab, publisher, packets)
        publisher.send(lab.load.rate // 3, **lab.load.words)
    for consumer in consumers:
        happened(consumer.wait_drained()["drops"] == 0, "no socket drops")


def about(missed, lengths, lab):
    """What was sent while the port was down, and not much more."""
    sent = sum(lengths) * lab.load.step
    happened(sent * 9 // 10 <= len(missed) <= sent * 12 // 10 + 40 * lab.load.step, f"{sent} were sent without a carrier, missed {missed}")


@case(FAULT, "link_flap")
def once_or_twice(lab):
    """Down for a twentieth of a second to a second, once or twice; the only line."""
    lab.switched()
    lengths = [lab.load.rate * lab.dice.between(5, 100) // 100 for _ in range(lab.dice.between(1, 2))]
    consumer = lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    through_flaps(lab, [consumer], publisher, lengths)
    missed = lab.missed(consumer)
    about(missed, lengths, lab)
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})


@case(FAULT, "link_flap")
def one_of_two_lines(lab):
    """Line A comes through the switch, line B has a cable of its own and brings all: nothing is lost for good."""
    lab.switched()
    lab.second_line()
    lengths = [lab.load.rate * lab.dice.between(5, 80) // 100]
    consumers = {line: lab.consumer(line) for line in "AB"}
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    through_flaps(lab, list(consumers.values()), publisher, lengths)
    missed = lab.missed(consumers["A"])
    about(missed, lengths, lab)
    happened(len(lab.missed(consumers["B"], "B")) == 0, "line B brings all")
    return lab.answer(watch.end(), lost=len(missed), missed={consumers["A"]: len(missed), consumers["B"]: 0})


@case(TWIN)
def another_interface_flaps(lab):
    """The same switch, and the carrier of another interface of the host goes and comes back."""
    lab.switched()
    end, consumer = spare(lab), lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    flap_spare(lab, end)
    publisher.send(lab.load.rate // 2, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, "nothing is missed")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(LOOK_ALIKE, "publisher_stall", framings=("iex",), rate=(2500, 4000))
def the_publisher_pauses(lab):
    """The publisher is silent for more than three heartbeats, in which the carrier of another interface goes and comes."""
    lab.switched()
    end, consumer = spare(lab), lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 3, **lab.load.words)
    publisher.begin(f"pause ms={lab.dice.between(3150, 3500)}")
    flap_spare(lab, end)
    publisher.finish()
    publisher.send(lab.load.rate // 4, **lab.load.words)
    consumer.wait_drained()
    happened(len(lab.missed(consumer)) == 0, "nothing is missed")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(LOOK_ALIKE, "net_line_loss")
def holes_of_the_network(lab):
    """The path takes a long range of numbers, and the carrier of another interface goes and comes meanwhile."""
    lab.pair(relayed="A")
    end, (first, length) = spare(lab), (lab.load.rate // 2, lab.dice.between(50, 400))
    relay = lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges([(first, first + length - 1)])))
    consumer = lab.consumer()
    watch, publisher = lab.watch(), lab.publisher()
    publisher.begin(f"send packets={lab.load.rate} " + " ".join(f"{k}={v}" for k, v in lab.load.words.items()))
    flap_spare(lab, end)
    publisher.finish()
    consumer.wait_drained()
    missed = lab.missed(consumer)
    happened(missed == relay.numbers("loss", lab.load.step) and len(missed) > 0, f"missed is what the relay took: {missed}")
    return lab.answer(watch.end(), lost=len(missed), missed={consumer: len(missed)})
