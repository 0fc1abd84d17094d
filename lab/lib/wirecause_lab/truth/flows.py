# SPDX-License-Identifier: Apache-2.0
"""The flows of which the truth is made: what the path does to them, and what their programs do. Sizes and delays are drawn.

Two boxes stand in the path, `near` the client and `far` from it, with a capture point before, between and behind them.
"""
import dataclasses

FLOWS = {}


@dataclasses.dataclass
class Plan:
    """One flow, drawn. `do(client)` makes the traffic; `sender` is the end that is recorded and judged."""
    near: list = dataclasses.field(default_factory=list)
    far: list = dataclasses.field(default_factory=list)
    client: dict = dataclasses.field(default_factory=dict)
    server: dict = dataclasses.field(default_factory=dict)
    sysctls: dict = dataclasses.field(default_factory=dict)
    control: str = "cubic"
    sender: str = "client"
    window: str = "receiver_buffer"  # what a window that holds the sender up is called: receiver_window, where the reader is slow
    do: object = None


def flow(function):
    FLOWS[function.__name__] = function
    return function


def path(dice, low_us=300, high_us=8000):
    """Delays of both boxes: the round trip is twice their sum."""
    whole = dice.between(low_us, high_us)
    near = dice.between(whole // 10, whole * 9 // 10)
    return [f"both delay us={near}"], [f"both delay us={whole - near}"]


def bulk(bytes_, **words):
    return lambda client: client.bulk(bytes=bytes_, **words)


def lossy(dice, *rules, megabytes=2, where=None, **more):
    """A transfer over a path whose near or far box has these rules."""
    near, far = path(dice)
    {"near": near, "far": far}[where or dice.pick("near", "far")].extend(rules)
    return Plan(near, far, do=bulk(megabytes * 1_000_000), control=dice.pick("cubic", "reno"), **more)


@flow
def random_loss(dice):
    """Some packets in a hundred are lost."""
    return lossy(dice, f"down loss probability={dice.pick('0.005', '0.01', '0.03')} min_size=200")


@flow
def heavy_loss(dice):
    """Three packets in ten are lost for a while, both ways: timers double, and wait for so long that nothing moves for seconds."""
    near, far = path(dice, 300, 3000)
    near.append("both loss probability=0.3 proto=tcp from_ordinal=4 to_ordinal=60")
    return Plan(near, far, do=bulk(60_000, timeout_ms=50_000))


@flow
def burst_loss(dice):
    """Losses come in bursts."""
    return lossy(dice, "down loss gilbert=0.003,0.2,0.9 min_size=200")


@flow
def acknowledgements_lost(dice):
    """One acknowledgement in three is lost, and some packets."""
    near, far = path(dice)
    far += ["up loss probability=0.3 proto=tcp from_ordinal=3", "down loss probability=0.01 min_size=200"]
    return Plan(near, far, do=bulk(2_000_000), control=dice.pick("cubic", "reno"))


@flow
def tail_loss(dice):
    """The last packets of an answer are lost: a probe, or the timer, brings them."""
    near, far = path(dice, 500, 5000)
    far.append("up loss probability=0.1 min_size=200 proto=tcp")
    return Plan(near, far, server={"request": 100, "response": 20_000}, sender="server",
                do=lambda client: client.request(times=dice.between(12, 20), request=100, response=20_000))


@flow
def single_segments(dice):
    """Requests of one packet, some of which are lost."""
    near, far = path(dice, 500, 3000)
    near.append("down loss probability=0.12 min_size=100 proto=tcp")
    return Plan(near, far, server={"request": 200, "response": 200},
                do=lambda client: client.request(times=dice.between(10, 16), request=200, response=200))


@flow
def outage(dice):
    """Nothing passes for a while: the timer doubles."""
    near, far = path(dice)
    start = dice.between(50, 150)
    near.append(f"down block from_ms={start} to_ms={start + dice.between(700, 1400)} proto=tcp")
    return Plan(near, [*far, "both rate bps=20000000 queue_packets=200"], do=bulk(1_500_000))


@flow
def reordering(dice):
    """Some packets are overtaken by a few."""
    return lossy(dice, f"down reorder every={dice.between(15, 60)} behind={dice.between(1, 3)} min_size=200")


@flow
def strong_reordering(dice):
    """Packets are overtaken by so many that the sender takes them for lost."""
    return lossy(dice, f"down reorder every={dice.between(40, 90)} behind={dice.between(5, 20)} min_size=200", where="far")


@flow
def delay_spikes(dice):
    """The path holds everything back for longer than the timer: needless timeouts."""
    near, far = path(dice)
    start = dice.between(60, 200)
    far.append(f"down delay us={dice.between(400_000, 600_000)} from_ms={start} to_ms={start + 4} proto=tcp")
    return Plan(near, [*far, "down delay us=1"], do=bulk(3_000_000), sysctls=dice.pick({}, {"net.ipv4.tcp_timestamps": 0}))


@flow
def slow_link(dice):
    """A link at a few Mbit/s, whose queue overflows."""
    near, far = path(dice)
    far.append(f"down rate bps={dice.between(10, 40)}000000 queue_packets={dice.between(20, 60)}")
    return Plan(near, far, do=bulk(2_500_000), control=dice.pick("cubic", "reno"))


@flow
def policed(dice):
    """A token bucket drops what is above its rate."""
    near, far = path(dice)
    far.append(f"down police bps={dice.between(10, 40)}000000 burst_bytes={dice.between(20, 60)}000 min_size=200")
    return Plan(near, far, do=bulk(2_500_000), control=dice.pick("cubic", "reno"))


@flow
def bbr(dice):
    """BBR over a lossy, slow link: a sender that spaces its packets."""
    near, far = path(dice)
    far += [f"down rate bps={dice.between(10, 40)}000000 queue_packets=50", "down loss probability=0.005 min_size=200"]
    return Plan(near, far, do=bulk(2_500_000), control="bbr")


@flow
def no_sack(dice):
    """Loss between ends without selective acknowledgements."""
    return lossy(dice, "down loss probability=0.01 min_size=200", sysctls={"net.ipv4.tcp_sack": 0})


@flow
def no_timestamps(dice):
    """Loss between ends without time stamps."""
    return lossy(dice, "down loss probability=0.01 min_size=200", sysctls={"net.ipv4.tcp_timestamps": 0})


@flow
def duplicated(dice):
    """The path delivers packets twice."""
    return lossy(dice, f"down duplicate every={dice.between(20, 60)} gap_us=200 min_size=200")


@flow
def opening_lost(dice):
    """The first SYN and the first SYN-ACK are lost."""
    near, far = path(dice)
    return Plan([*near, "down loss ordinals=1 proto=tcp"], [*far, "up loss ordinals=1 proto=tcp"], do=bulk(300_000))


@flow
def slow_reader(dice):
    """The receiving application reads slower than the sender sends."""
    near, far = path(dice)
    return Plan(near, far, window="receiver_window", do=bulk(600_000),
                server={"rcvbuf": 60_000, "read_bytes": dice.between(8_000, 20_000), "every_us": dice.between(20_000, 50_000)})


@flow
def stopped_reader(dice):
    """The receiving application pauses for so long that the window is probed."""
    near, far = path(dice)
    return Plan(near, far, window="receiver_window", do=bulk(300_000),
                server={"rcvbuf": 30_000, "read_bytes": 40_000, "every_us": dice.between(300_000, 500_000)})


@flow
def small_receive_buffer(dice):
    """The receiver's buffer is smaller than what the path holds."""
    near, far = path(dice, 4000, 12_000)
    return Plan(near, far, server={"rcvbuf": dice.between(12_000, 24_000)}, do=bulk(600_000))


@flow
def no_scaling(dice):
    """No window scaling: 64 KiB on a long path."""
    near, far = path(dice, 15_000, 30_000)
    return Plan(near, far, sysctls={"net.ipv4.tcp_window_scaling": 0}, do=bulk(2_500_000))


@flow
def small_send_buffer(dice):
    """The sender's buffer is smaller than what the path holds."""
    near, far = path(dice, 6000, 12_000)
    return Plan(near, far, client={"sndbuf": dice.between(8_000, 16_000)}, do=bulk(600_000))


@flow
def nagle(dice):
    """Write, write, read: the second write waits for the acknowledgement of the first."""
    near, far = path(dice, 200, 2000)
    return Plan(near, far, server={"request": 200, "response": 500},
                do=lambda client: client.request(times=dice.between(15, 25), request=200, response=500, parts=2))


@flow
def thinking_server(dice):
    """Requests, and a server that thinks before each answer."""
    near, far = path(dice)
    return Plan(near, far, server={"request": 300, "response": 30_000, "think_us": dice.between(20_000, 60_000)}, sender="server",
                do=lambda client: client.request(times=dice.between(15, 25), request=300, response=30_000))


@flow
def idle_client(dice):
    """Requests with pauses: nothing is to be sent meanwhile."""
    near, far = path(dice)
    return Plan(near, far, server={"request": 300, "response": 300},
                do=lambda client: client.request(times=dice.between(20, 40), request=300, response=300, every_us=40_000))


@flow
def healthy(dice):
    """A transfer without any fault."""
    near, far = path(dice)
    return Plan(near, far, do=bulk(3_000_000), control=dice.pick("cubic", "reno", "bbr"))
