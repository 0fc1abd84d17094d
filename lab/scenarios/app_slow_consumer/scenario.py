# SPDX-License-Identifier: Apache-2.0
"""A reader that is slower than the feed, all the time."""
from wirecause_lab import FAULT, LOOK_ALIKE, MIXED, TWIN, USUAL_BUFFER, case, happened
from wirecause_lab.pace import check_outrun

SECONDS = 2


def read_the_feed(lab, watch, publisher, consumer):
    """Sends evenly, and gives what the consumer missed, which its socket's own counter must confirm."""
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    return missed_at_the_socket(lab, consumer)


def missed_at_the_socket(lab, consumer):
    drops = consumer.wait_drained()["drops"]
    missed = lab.missed(consumer)
    happened(drops * lab.load.step == len(missed), f"the socket dropped {drops} datagrams, missed are {missed}")
    return len(missed)


def service_us(lab, share):
    """Time for a datagram, as a share of the time between two."""
    return 1_000_000 * share // (100 * lab.load.rate)


@case(FAULT, "app_slow_consumer", rate=(2500, 5000))
def slower_than_the_feed(lab):
    """Every datagram takes 1.6 to 3 times as long as the feed leaves for it."""
    lab.pair()
    service = service_us(lab, lab.dice.between(160, 300))
    consumer = lab.consumer(service_us=service, rcvbuf=USUAL_BUFFER)
    watch, publisher = lab.watch(), lab.publisher()
    missed = read_the_feed(lab, watch, publisher, consumer)
    check_outrun(publisher, service)
    happened(missed >= SECONDS * lab.load.rate * lab.load.step // 10, f"it should have missed a tenth at least: {missed}")
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed})


@case(TWIN, rate=(2500, 5000))
def fast_enough(lab):
    """The same reader takes at most half of that time."""
    lab.pair()
    consumer = lab.consumer(service_us=service_us(lab, lab.dice.between(10, 50)))
    watch, publisher = lab.watch(), lab.publisher()
    missed = read_the_feed(lab, watch, publisher, consumer)
    happened(missed == 0, f"nothing should be missed: {missed}")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(LOOK_ALIKE, "socket_rcvbuf_burst", rate=(2500, 5000), count=(1, 2), size=(30, 60))
def bursts_over_the_buffer(lab):
    """The reader is several times faster than the feed; what it has not got is a buffer for the bursts."""
    lab.pair()
    consumer = lab.consumer(service_us=20, rcvbuf=USUAL_BUFFER)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(lab.load.rate // 2, **lab.load.words)
    for _ in range(lab.dice.between(2, 4)):
        publisher.burst(lab.dice.between(700, 1100), count=lab.load.count, size=lab.load.size)
        publisher.pause(ms=200)
    publisher.send(lab.load.rate // 4, **lab.load.words)
    missed = missed_at_the_socket(lab, consumer)
    happened(missed >= 50 * lab.load.step, f"the bursts should not fit: missed {missed}")
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed})


@case(LOOK_ALIKE, "app_stalled", rate=(3000, 5000))
def it_stops_once(lab):
    """The reader is fast, and stops once, for its own reasons: before and after it keeps up."""
    lab.pair()
    at = lab.dice.between(lab.load.rate // 3, lab.load.rate) * lab.load.step
    consumer = lab.consumer(rcvbuf=lab.dice.between(40_000, 90_000), stall=lab.dice.pick("sleep", "spin"), stall_at=at,
                            stall_ms=lab.dice.between(400, 800))
    watch, publisher = lab.watch(), lab.publisher()
    missed = read_the_feed(lab, watch, publisher, consumer)
    holes = lab.missed(consumer).ranges
    happened(missed >= 100 * lab.load.step and holes[0][0] > at and len(holes) <= 5, f"one stall, one large hole: {holes}")
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed})


@case(MIXED, ["app_slow_consumer", "net_line_loss"], rate=(2500, 4000))
def slow_reader_of_one_line_and_holes_in_the_other(lab):
    """Line A loses numbers on its way; the reader of line B is too slow. Each is named with its own share."""
    lab.two_lines(relayed="A")
    holes = lab.dice.numbers(lab.load.rate // 2, lab.load.rate, holes=2)
    relay = lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges(holes)))
    a, service = lab.consumer("A"), service_us(lab, lab.dice.between(200, 300))
    b = lab.consumer("B", service_us=service, rcvbuf=USUAL_BUFFER)
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    missed = read_the_feed(lab, watch, publisher, b)
    check_outrun(publisher, service, "B")
    a.wait_drained()
    lost = relay.numbers("loss", lab.load.step)
    happened(len(lost) > 0 and lab.missed(a) == lost, f"line A should miss what the relay took: {lost}")
    happened(missed > 0, "the reader of line B should be too slow")
    return lab.answer(watch.end(), lost=missed + len(lost), missed={a: len(lost), b: missed},
                      shares={"app_slow_consumer": missed, "net_line_loss": len(lost)}, victims={"app_slow_consumer": [b]})


@case(MIXED, ["app_slow_consumer"], rate=(2500, 4000))
def two_of_three_of_one_group(lab):
    """Three readers of one group: two are slow, each in its own measure, and the third is healthy. Three sums."""
    lab.pair()
    healthy = lab.consumer()
    services = [service_us(lab, lab.dice.between(*share)) for share in ((160, 220), (260, 340))]
    slow = [lab.consumer(service_us=service, rcvbuf=USUAL_BUFFER) for service in services]
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(SECONDS * lab.load.rate, **lab.load.words)
    missed = {consumer: missed_at_the_socket(lab, consumer) for consumer in (healthy, *slow)}
    check_outrun(publisher, services[0])
    happened(missed[healthy] == 0 < missed[slow[0]] < missed[slow[1]], f"two are slow, in this order: {list(missed.values())}")
    return lab.answer(watch.end(), lost=sum(missed.values()), missed=missed,
                      shares={"app_slow_consumer": sum(missed.values())}, victims={"app_slow_consumer": slow})
