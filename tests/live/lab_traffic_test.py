# SPDX-License-Identifier: Apache-2.0
"""The lab's publisher and its switch do what they say, by captures, journals and the bridge's own table."""
from live_support import Numbers, Pcap, check, check_equal, happened, main, wait_until

PACKETS = 400
UDP_PAYLOAD = 14 + 20 + 8


def payloads(recording, frames):
    return [frame[UDP_PAYLOAD:] for _, frame, _ in Pcap.frames(recording.end(frames=frames))]


def new_sessions(lab):
    """Stall, then a restart: the numbers begin again in a session of another name, and the truth keeps both apart."""
    lab.pair()
    recording, publisher = lab.record(f"udp port {lab.wiring.ports[0]}"), lab.publisher()
    publisher.send(PACKETS, rate=8000)
    publisher.pause(ms=300)
    publisher.restart()
    publisher.do("heartbeat times=1 every_ms=1")
    publisher.send(PACKETS // 2, rate=8000)
    truth = publisher.truth()
    check_equal(truth.sent("A"), Numbers([(1, PACKETS + 1)]), "first session")
    check_equal(truth.sent("A/2"), Numbers([(1, PACKETS // 2 + 1)]), "second session")
    seen = payloads(recording, PACKETS + 1 + PACKETS // 2)
    sessions = [(bytes(p[:10]), int.from_bytes(p[10:18], "big")) for p in seen]
    check_equal(sessions[PACKETS - 1:PACKETS + 2], [(b"LIVETEST01", PACKETS), (b"LIVETEST02", 1), (b"LIVETEST02", 1)],
                "the last of the first session, the heartbeat and the first of the second")
    times = [t for t, _, _ in Pcap.frames(recording.path)]
    check(times[PACKETS] - times[PACKETS - 1] >= 300_000_000, f"the stall: {times[PACKETS] - times[PACKETS - 1]} ns")


def known_groups(lab):
    return lab.switch.run("bridge", "mdb", "show")


def snooping_switch(lab):
    """A switch with IGMP snooping carries a group only to the port from which a report came; one without, to every port."""
    lab.switched(snooping=True)
    beyond = lab.namespace()
    lab.cable(beyond, "nobody0", lab.switch, "port2")
    lab.switch.run("ip", "link", "set", "port2", "master", "bridge0")
    wait_until(lambda: lab.switch.read("/sys/class/net/port2/brport/state").strip() == "3", "port 2 forwards", 40)
    happened(lab.wiring.groups[0] not in known_groups(lab), f"nobody has joined yet: {known_groups(lab)}")
    consumer = lab.consumer()
    wait_until(lambda: f"port port1 grp {lab.wiring.groups[0]}" in known_groups(lab), "the switch knows the member")
    words = f"udp port {lab.wiring.ports[0]}"
    member, other = lab.record(words), lab.record(words, namespace=beyond, interface="nobody0")
    publisher = lab.publisher()
    publisher.send(PACKETS, rate=8000)
    consumer.wait_read(PACKETS)
    check_equal(consumer.read(), Numbers([(1, PACKETS + 1)]), "read behind the switch")
    check_equal(len(payloads(member, PACKETS)), PACKETS, "carried to the member's port")
    check_equal(len(payloads(other, 0)), 0, "carried to the other port")
    lab.switch.run("ip", "link", "set", "bridge0", "type", "bridge", "mcast_snooping", "0")
    flooded = lab.record(words, namespace=beyond, interface="nobody0")
    publisher.send(PACKETS, rate=8000)
    check_equal(len(payloads(flooded, PACKETS)), PACKETS, "carried everywhere without snooping")


if __name__ == "__main__":
    main(new_sessions, snooping_switch, tools=("tcpdump", "bridge"))
