// A live run built by hand for the report tests: the story of decisions, "What users see". A 3 ms burst is larger than the
// receive buffer of feedhandler, which loses 1 204 messages of line A at its socket and gets 1 180 of them by line B.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "support/example_analysis.hpp"

namespace wirecause::example {

inline const Cause kRcvbufBurst =
    cause("socket_rcvbuf_burst", "a burst was larger than the socket's receive buffer", 80, Actor::application);

inline ConsumerSummary consumer(std::uint32_t id, std::string owner, std::int32_t pid, std::int32_t fd) {
  ConsumerSummary out;
  out.id = id;
  out.feed = "ITCH";
  out.line = "A";
  out.group = "239.1.1.1";
  out.port = 26'477;
  out.owner = std::move(owner);
  out.pid = pid;
  out.fd = fd;
  out.cookie = 4'711 + id;
  out.expected = 8'000'113;
  out.queued = 0;
  return out;
}

inline PathPoint point(Checkpoint at, std::uint64_t passed, std::uint64_t dropped, std::string source) {
  return {at, "ITCH", passed, dropped, Obtained::counted, std::move(source)};
}

inline LiveSummary watched() {
  LiveSummary live;
  live.interfaces = {{"eth0", "hardware", false, 4'000'000, 0}, {"eth1", "hardware", false, 4'000'113, 0}};
  live.started = at(-2'000'000'000);
  live.ended = at(58'000'000'000);
  return live;
}

// 8 000 113 messages on two lines, all read by one process on both.
inline Analysis healthy_live() {
  Analysis out = healthy();
  out.inputs.front().file = "eth0";
  out.inputs.front().format = "AF_PACKET";
  out.inputs.front().packets = 8'000'113;
  out.live = watched();
  for (LineSummary& line : out.feeds.front().lines) line.expected = 8'000'113;
  out.feeds.front().arbitrated = sums(8'000'113, 0, 0);
  ConsumerSummary a = consumer(0, "feedhandler", 2'435, 12);
  a.read = 8'000'113;
  a.unexplained = 0;
  ConsumerSummary b = consumer(1, "feedhandler", 2'435, 13);
  b.line = "B";
  b.group = "239.1.1.2";
  b.read = 8'000'113;
  b.unexplained = 0;
  out.consumers = {a, b};
  out.path = {{Checkpoint::nic, "ITCH", {}, {}, Obtained::unknown, ""},
              point(Checkpoint::tap, 8'000'113, 0, "AF_PACKET tap eth0"),
              point(Checkpoint::socket, 8'000'113, 0, "sock_diag drops")};
  return out;
}

inline Finding rcvbuf_burst() {
  Finding out = loss(kRcvbufBurst, "feed ITCH line A 239.1.1.1:26477 → feedhandler[2435] fd 12");
  out.severity = Severity::critical;
  out.subject = {SubjectKind::consumer, 0};
  out.place = Place::on_this_host;
  out.checkpoint = Checkpoint::socket;
  out.expected = 8'000'113;
  out.share = 1'204;
  out.recovered = 1'180;
  out.lost = 24;
  out.because =
      "up to 657 datagrams arrived faster than the reader took them: 534 KiB at 832 B truesize; the socket holds 208 KiB";
  out.ruled_out = {
      {"app_slow_consumer", "between bursts the queue is empty, the reader is 9 times faster than arrival"}};
  out.mitigate = "line B carries the feed: nothing to do before the close";
  out.actions = {action("sysctl -w net.core.rmem_max=1048576", When::safe_now),
                 action("restart feedhandler: SO_RCVBUF=524288 (the kernel doubles it)", When::after_close)};
  out.actions.front().undo = "sysctl -w net.core.rmem_max=212992";
  out.actions.front().verify = "ss -uamn 'sport = :26477'";
  out.prevent = {"alert on wirecause_feed_lost_messages_total"};
  return out;
}

inline Analysis dropped_at_socket() {
  Analysis out = healthy_live();
  ConsumerSummary& a = out.consumers.front();
  a.read = 7'998'909;
  a.dropped = {{"socket: SKB_DROP_REASON_SOCKET_RCVBUFF", 1'204, 1'204, true}};
  a.socket_drops = 1'204;
  a.socket_events = 1'204;
  out.path.back() = point(Checkpoint::socket, 7'998'909, 1'204, "skb:kfree_skb");
  out.diagnosis.findings = {rcvbuf_burst()};
  out.diagnosis.verdict = {Place::on_this_host, false, Actor::application, {Actor::application}};
  return out;
}

}  // namespace wirecause::example
