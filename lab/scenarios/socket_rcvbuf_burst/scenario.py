# SPDX-License-Identifier: Apache-2.0
"""Bursts that are larger than the receive buffer of a reader that keeps up on average."""
import sys

from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, USUAL_BUFFER, Kernel, case, happened
from wirecause_lab.pace import check_outrun

# 400 datagrams that are nobody's feed.
NOISE = """import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(400): s.sendto(b"noise", (sys.argv[1], int(sys.argv[2])))"""


def bursts(lab, publisher, packets):
    """A steady feed with bursts of so many datagrams in it."""
    publisher.send(lab.load.rate // 2, **lab.load.words)
    for _ in range(lab.dice.between(1, 3)):
        publisher.burst(packets, count=lab.load.count, size=lab.load.size)
        publisher.pause(ms=lab.dice.between(150, 300))
        publisher.send(lab.load.rate // 4, **lab.load.words)


def missed_at_the_socket(lab, consumer, line="A"):
    drops = consumer.wait_drained()["drops"]
    missed = lab.missed(consumer, line)
    happened(drops * lab.load.step == len(missed), f"the socket dropped {drops} datagrams, missed are {missed}")
    return len(missed)


def over_the_buffer(lab, rcvbuf, packets):
    lab.pair()
    consumer, kernel = lab.consumer(service_us=lab.dice.between(5, 30), rcvbuf=rcvbuf), Kernel(lab.host)
    watch, publisher = lab.watch(), lab.publisher()
    bursts(lab, publisher, packets)
    missed = missed_at_the_socket(lab, consumer)
    happened(missed >= 30 * lab.load.step, f"the bursts should not fit: missed {missed}")
    happened(kernel.growth("UdpRcvbufErrors") * lab.load.step == missed, "the kernel counts each as a full buffer")
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed})


@case(FAULT, "socket_rcvbuf_burst", count=(1, 2), size=(30, 60))
def small_datagrams(lab):
    """Bursts of small datagrams whose payload would fit: what does not is what the kernel needs for each."""
    return over_the_buffer(lab, lab.dice.between(50_000, USUAL_BUFFER), lab.dice.between(700, 1200))


@case(FAULT, "socket_rcvbuf_burst", framings=("mold", "iex", "cta"), count=(1, 1), size=(900, 1300))
def large_datagrams(lab):
    """Bursts of large datagrams, fewer of which fit."""
    return over_the_buffer(lab, lab.dice.between(USUAL_BUFFER, 2 * USUAL_BUFFER), lab.dice.between(500, 900))


@case(TWIN, count=(1, 2), size=(30, 60))
def bursts_that_fit(lab):
    """The same bursts, and a buffer that holds them."""
    lab.pair()
    consumer = lab.consumer(service_us=lab.dice.between(5, 30))
    watch, publisher = lab.watch(), lab.publisher()
    bursts(lab, publisher, lab.dice.between(700, 1200))
    happened(missed_at_the_socket(lab, consumer) == 0, "nothing should be missed")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(TWIN, count=(1, 2), size=(30, 60))
def before_the_watch(lab):
    """The burst came before wirecause did: the socket's counter is high and does not move any more."""
    lab.pair()
    consumer, kernel, publisher = lab.consumer(rcvbuf=USUAL_BUFFER), Kernel(lab.host), lab.publisher()
    consumer.stop()
    publisher.burst(lab.dice.between(700, 1200), count=lab.load.count, size=lab.load.size)
    consumer.go_on()
    drops = consumer.wait_drained()["drops"]
    happened(drops == kernel.growth("UdpRcvbufErrors") >= 200, f"the socket dropped {drops} before the watch")
    watch = lab.watch()
    publisher.send(lab.load.rate, **lab.load.words)
    happened(consumer.wait_drained()["drops"] == drops, "nothing is dropped any more")
    return lab.answer(watch.end(), missed={consumer: 0})


@case(LOOK_ALIKE, "app_slow_consumer", rate=(2500, 5000))
def the_queue_stands(lab):
    """No burst at all: the reader is slower than the feed, and its queue is full all the time."""
    lab.pair()
    service = 10_000 * lab.dice.between(180, 300) // lab.load.rate
    consumer = lab.consumer(rcvbuf=USUAL_BUFFER, service_us=service)
    watch, publisher = lab.watch(), lab.publisher()
    publisher.send(2 * lab.load.rate, **lab.load.words)
    missed = missed_at_the_socket(lab, consumer)
    check_outrun(publisher, service)
    happened(missed >= lab.load.rate * lab.load.step // 5, f"a tenth should be missed: {missed}")
    return lab.answer(watch.end(), lost=missed, missed={consumer: missed})


@case(LOOK_ALIKE, "net_line_loss")
def another_socket_before_the_hole(lab):
    """Another socket of the host overflows; later, when it is quiet, the feed loses numbers on its way."""
    lab.two_lines(relayed="A")
    holes = lab.dice.numbers(lab.load.rate * 2 // 3, lab.load.rate, holes=2)
    relay = lab.relay("A", "down loss numbers=" + ",".join(lab.load.ranges(holes)))
    a, b, kernel = lab.consumer("A"), lab.consumer("B"), Kernel(lab.host)
    port = lab.wiring.ports[1] + 5
    other = lab.consumer(bind=f"{lab.wiring.nets[1]}.2", join=[], port=port, rcvbuf=20_000)
    watch, publisher = lab.watch(*lab.wiring.feeds), lab.publisher("A", "B")
    other.stop()
    publisher.send(lab.load.rate // 4, **lab.load.words)
    lab.publisher_side.run(sys.executable, "-c", NOISE, f"{lab.wiring.nets[1]}.2", port)
    publisher.send(lab.load.rate // 4, **lab.load.words)
    overflowed = kernel.growth("UdpRcvbufErrors")
    publisher.send(lab.load.rate * 3 // 4, **lab.load.words)
    drops = [consumer.wait_drained()["drops"] for consumer in (a, b)]
    lost = relay.numbers("loss", lab.load.step)
    happened(overflowed >= 200 and drops == [0, 0], f"the other socket overflowed by {overflowed}, those of the feed by {drops}")
    happened(len(lost) > 0 and lab.missed(a) == lost, f"line A misses what the relay took: {lost}")
    return lab.answer(watch.end(), lost=len(lost), missed={a: len(lost), b: 0})
