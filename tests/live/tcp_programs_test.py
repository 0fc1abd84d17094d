# SPDX-License-Identifier: Apache-2.0
"""The lab's TCP client and server do what they say, by the kernel's counters (TCP_INFO, netstat, ss) and both journals."""
from live_support import Kernel, check, check_equal, happened, main, wait_until
from wirecause_lab.tcp import sockets

DELAYED_ACK_US = 35_000  # Linux waits 40 ms for an answer to carry the acknowledgement


def bytes_of(program, what):
    return sum(line["bytes"] for line in program.journal(what))


def asks_and_is_answered(lab):
    """Requests and answers: as many bytes in each journal as in the other's and as the kernel acknowledged."""
    lab.client_server(relayed=True)
    lab.relay("A", "down delay us=2000", "up delay us=2000")
    server, client = lab.tcp_server(request=200, response=1000, nodelay=1), lab.tcp_client(nodelay=1)
    happened(client.connect()["error"] == 0, "connected")
    told = client.request(times=50, request=200, response=1000)
    check_equal((told["answered"], told["error"]), (50, 0), "answers")
    check(4_000 <= told["median_us"] < DELAYED_ACK_US, f"two ways through the path, and no wait for an acknowledgement: {told}")
    check_equal(bytes_of(client, "write"), 10_000, "bytes asked")
    check_equal(bytes_of(server, "read"), 10_000, "bytes read by the server")
    check_equal(bytes_of(client, "read"), bytes_of(server, "write"), "bytes answered")
    check_equal((server.report()["answered"], server.report()["written"]), (50, 50_000), "the server's own counts")
    info = client.info()
    check_equal((info["bytes_acked"], info["bytes_received"]), (10_001, 50_000), "TCP_INFO of the client: its SYN counts")
    check(info["rtt_us"] >= 4_000, f"round trip by the kernel: {info['rtt_us']}")


def write_write_read(lab):
    """Two writes and a read: with Nagle's algorithm the second waits for the delayed acknowledgement, without it it does not."""
    lab.client_server()
    lab.tcp_server(request=100, response=100, nodelay=1)
    for nodelay, segments in ((0, 2), (1, 2)):
        client = lab.tcp_client(nodelay=nodelay)
        happened(client.connect()["error"] == 0, "connected")
        client.request(times=30, request=100, response=100)  # beyond the quick acknowledgements of a new connection
        before = client.info()
        told = client.request(times=20, request=100, response=100, parts=2)
        happened(told["answered"] == 20, f"all answered: {told}")
        sent = client.info()["data_segs_out"] - before["data_segs_out"]
        check_equal(sent, 20 * segments, f"segments with data, nodelay={nodelay}")
        check((told["max_us"] >= DELAYED_ACK_US) == (nodelay == 0), f"nodelay={nodelay}: {told}")
        check((told["median_us"] < 5_000) or nodelay == 0, f"without Nagle's algorithm nothing waits: {told}")


def bulk_of_many(lab):
    """Incast: eight connections at once; the server has read every byte of each."""
    lab.client_server()
    server, client = lab.tcp_server(), lab.tcp_client()
    told = client.connect(count=8)
    happened(told["connected"] == 8 and len(sockets(lab.host, "established")) == 8, f"eight connections: {told}")
    told = client.bulk(bytes=300_000)
    check_equal((told["connections"], told["error"]), (8, 0), "bulk")
    wait_until(lambda: server.report()["read"] == 8 * 300_000, "the server has read all")
    for connection in range(1, 9):
        check_equal(sum(line["bytes"] for line in server.journal("read", connection)), 300_000, f"connection {connection}")
        check_equal(client.info(connection)["bytes_acked"], 300_001, f"acknowledged of connection {connection}")


def slow_reader(lab):
    """A server that reads slowly closes its window: the client's kernel counts the time in which it was held back by it."""
    lab.client_server()
    server, client = lab.tcp_server(read_bytes=4_000, every_us=20_000, rcvbuf=8_000), lab.tcp_client(sndbuf=400_000)
    happened(client.connect()["error"] == 0, "connected")
    told = client.bulk(bytes=120_000)
    check_equal(told["error"], 0, "bulk")
    info = client.info()
    check(info["rwnd_limited_us"] > 200_000, f"limited by the receiver's window: {info}")
    check(told["took_us"] >= (120_000 - 30_000) / 4_000 * 20_000 / 2, f"as fast as the reader, no faster: {told}")
    check_equal(max(line["bytes"] for line in server.journal("read")) <= 4_000, True, "the server's turns")


def resets(lab):
    """SO_LINGER 0 sends a reset, so does a close with unread data, and the kernel counts both; a plain close sends none."""
    lab.client_server()
    for number, (options, wanted) in enumerate((({"close_after": 1_000, "how": "abort"}, 1), ({"close_after": 1_000}, 1), ({}, 0))):
        server = lab.tcp_server(port=20_000 + number, **options)
        client = lab.tcp_client(port=20_000 + number)
        happened(client.connect()["error"] == 0, "connected")
        kernel, peer = Kernel(lab.host), Kernel(lab.publisher_side)
        told = client.bulk(bytes=20_000_000 if wanted else 50_000)
        if wanted:
            check(told["error"] in ("ECONNRESET", "EPIPE"), f"{options}: {told}")
            check_equal(kernel.growth("TcpOutRsts") >= 1, True, f"resets sent, {options}")
            check_equal(peer.growth("TcpEstabResets"), 1, f"connections reset, {options}")
            what = "abort" if "how" in options else "close"
            check_equal(len(server.journal(what)), 1, f"journal of the server, {options}")
        else:
            check_equal(told["error"], 0, "bulk")
            client.order("close")
            wait_until(lambda s=server: s.report()["ended"] == 1, "the server sees the end")
            check_equal(kernel.growth("TcpOutRsts") + peer.growth("TcpOutRsts"), 0, "resets of a plain close")
    client = lab.tcp_client(port=20_002)
    happened(client.connect()["error"] == 0, "connected")
    peer = Kernel(lab.publisher_side)
    client.order("abort")
    wait_until(lambda: peer.growth("TcpOutRsts") == 1, "the client's own reset")


def vanishes(lab):
    """The server's host loses its power: no end and no reset comes; the client sends again and again, and waits."""
    lab.client_server()
    server, client = lab.tcp_server(), lab.tcp_client()
    happened(client.connect()["error"] == 0, "connected")
    happened(client.bulk(bytes=10_000)["error"] == 0, "all is well")
    server.vanish(lab.wiring.feeds[0])
    peer = Kernel(lab.publisher_side)
    told = client.order("bulk", bytes=10_000, timeout_ms=1_500)
    check_equal(told["error"], "ETIMEDOUT", "what the client sees")
    info = client.info()
    check(info["retransmits"] >= 1 and info["state"] == 1, f"it is still established, and sends again: {info}")
    check_equal(peer.growth("TcpEstabResets"), 0, "no reset came")


def blackhole(lab):
    """The path swallows everything from a moment on: the same, with both hosts well."""
    lab.client_server(relayed=True)
    relay = lab.relay("A", "down block on=no name=hole", "up block on=no name=hole")
    lab.tcp_server(request=100, response=100)
    client = lab.tcp_client()
    happened(client.connect()["error"] == 0 and client.request(times=5, request=100, response=100)["error"] == 0, "all is well")
    relay.switch("hole", True)
    told = client.request(request=100, response=100, timeout_ms=1_500)
    check_equal(told["error"], "ETIMEDOUT", "what the client sees")
    check(client.info()["retransmits"] >= 1, "it sends again")
    check(len(relay.journal("block")) >= 2, "the relay's journal has what it swallowed")


def not_let_in(lab):
    """Nobody listens: refused at once; a firewall drops: no answer; a full queue of connections: the kernel counts what it drops."""
    lab.client_server()
    peer = Kernel(lab.publisher_side)
    told = lab.tcp_client(port=20_001).connect()
    check_equal(told["error"], "ECONNREFUSED", "nobody listens")
    check_equal(peer.growth("TcpAttemptFails"), 1, "the kernel's count")
    lab.host.nft("table inet f { chain c { type filter hook input priority 0; tcp dport 20002 drop; }\n}")
    lab.tcp_server(port=20_002)
    told = lab.tcp_client(port=20_002).connect(timeout_ms=1_300)
    check_equal(told["error"], "ETIMEDOUT", "a firewall drops")
    check(peer.growth("TcpExtTCPSynRetrans") >= 1, "the SYN was sent again")
    lab.tcp_server(port=20_003, accept="no", backlog=2)
    kernel = Kernel(lab.host)
    client = lab.tcp_client(port=20_003)
    told = client.connect(count=8, timeout_ms=1_300)
    check(told["error"] == "ETIMEDOUT" and told["connected"] < 8, f"a full queue lets no more in: {told}")
    check(kernel.growth("TcpExtListenOverflows") >= 1, "the kernel's count of a full queue")


if __name__ == "__main__":
    main(asks_and_is_answered, write_write_read, bulk_of_many, slow_reader, resets, vanishes, blackhole, not_let_in, tools=("ss", "nft", "ethtool"))
