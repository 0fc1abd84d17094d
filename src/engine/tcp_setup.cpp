// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/tcp_records.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using Destination = std::pair<IpAddress, tcp::Endpoint>;  // a client's address, and where it wants to

constexpr std::size_t kNamed = 3;         // attempts whose ends are told
constexpr std::size_t kFrames = 8;        // packets that show them
constexpr std::size_t kMostServers = 64;  // symptoms; a scan of all ports has no more to say
constexpr std::size_t kMostClients = 1'000;
constexpr std::uint64_t kLarge = 65'536;  // bytes: what a window without scaling allows at once

// What one kind of attempt comes to.
struct Attempts {
  std::uint64_t count = 0;
  std::string text;
  FrameRefs frames;

  void add(const ConnectionSummary& c, std::uint64_t frame) {
    if (count++ == 0) frames.input = c.input;
    if (count <= kNamed) {
      text += fmt::format("{}{} → {}", text.empty() ? "" : ", ", c.client.address.text(),
                          endpoint_text(c.server.address, c.server.port));
    }
    if (frames.frames.size() < kFrames && frames.input == c.input) frames.frames.push_back(frame);
  }
  void add(const Attempts& more) {
    if (count == 0) frames.input = more.frames.input;
    count += more.count;
    if (text.empty()) text = more.text;
    for (const std::uint64_t frame : more.frames.frames) {
      if (frames.frames.size() < kFrames && frames.input == more.frames.input) frames.frames.push_back(frame);
    }
  }
};

struct AtServer {
  const ConnectionSummary* any = nullptr;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t attempts = 0;
  std::uint64_t opened = 0;
  std::uint64_t both_syns = 0;
  std::uint64_t syn_acks_again = 0;
  std::uint64_t one_way = 0;
  std::set<IpAddress> clients;  // bounded
  Attempts refused;
  Attempts unanswered;
  Attempts single;      // one SYN and nothing else
  Attempts half_open;   // answered, and the answer never acknowledged
  Attempts ignored;     // the client was through; the server went on sending its SYN-ACK
  Attempts plain_sack;  // large, and without the option
  Attempts plain_scale;
  Attempts stripped;

  bool has_something_to_say() const {
    return refused.count + unanswered.count + half_open.count + single.count + ignored.count + plain_sack.count +
               plain_scale.count + stripped.count >
           0;
  }
  std::uint64_t trouble() const {
    return refused.count + unanswered.count + half_open.count + single.count + ignored.count + stripped.count;
  }
};

bool is_refused(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns > 0 && server.counts.syns == 0 && server.counts.resets > 0 &&
         server.counts.bytes == 0;
}

bool is_unanswered(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns > 1 && server.counts.packets == 0 && client.counts.bytes == 0 &&
         server.counts.acks_of_unseen == 0;
}

bool is_single_syn(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns == 1 && client.counts.packets == 1 && server.counts.packets == 0 &&
         server.counts.acks_of_unseen == 0;
}

bool is_half_open(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && c.saw_syn_ack && !c.handshake && c.reset == kNoTime && client.counts.bytes == 0 &&
         client.counts.packets == client.counts.syns;
}

// Its acknowledgement was captured, its data too, and the server still waits for either.
bool is_ignored(const ConnectionSummary& c) {
  const auto& client = c.directions[0];
  return c.late_syn_acks > 0 && client.counts.data_packets > 0 && client.counts.retransmissions() > 0;
}

bool is_large(const ConnectionSummary& c) {
  return std::max(c.directions[0].counts.bytes, c.directions[1].counts.bytes) > kLarge;
}

void add_options(const ConnectionSummary& c, AtServer& at) {
  const auto& [client, server] = c.directions;
  if (!c.client_isn || !c.saw_syn_ack) return;
  ++at.both_syns;
  if (!is_large(c)) return;
  if (!client.sack_permitted || !server.sack_permitted) at.plain_sack.add(c, c.first_frame);
  if (!client.window_scale || !server.window_scale) at.plain_scale.add(c, c.first_frame);
}

void add(const ConnectionSummary& c, bool got_through, AtServer& at) {
  at.any = at.any == nullptr ? &c : at.any;
  if (at.first == kNoTime || c.first < at.first) at.first = c.first;
  at.last = later(at.last, c.last);
  at.attempts += c.starts_with_syn ? 1U : 0U;
  at.opened += c.handshake ? 1U : 0U;
  const bool is_half = c.directions[0].counts.packets == 0 || c.directions[1].counts.packets == 0;
  at.one_way += is_half && c.directions[0].counts.acks_of_unseen + c.directions[1].counts.acks_of_unseen > 0 ? 1U : 0U;
  at.syn_acks_again += c.directions[1].counts.of(tcp::Resend::syn_ack);
  if (at.clients.size() < kMostClients) at.clients.insert(c.client.address);
  add_options(c, at);
  if (is_ignored(c)) at.ignored.add(c, c.first_frame);
  if (is_half_open(c)) at.half_open.add(c, c.first_frame);
  if (is_single_syn(c)) at.single.add(c, c.first_frame);
  if (got_through) return;
  if (is_refused(c)) at.refused.add(c, c.reset_frame);
  if (is_unanswered(c)) at.unanswered.add(c, c.first_frame);
}

void merge(const AtServer& more, AtServer& at) {
  at.any = at.any == nullptr ? more.any : at.any;
  if (at.first == kNoTime || more.first < at.first) at.first = more.first;
  at.last = later(at.last, more.last);
  at.attempts += more.attempts;
  at.opened += more.opened;
  at.both_syns += more.both_syns;
  at.syn_acks_again += more.syn_acks_again;
  at.one_way += more.one_way;
  for (const IpAddress& client : more.clients) {
    if (at.clients.size() < kMostClients) at.clients.insert(client);
  }
  at.refused.add(more.refused);
  at.unanswered.add(more.unanswered);
  at.single.add(more.single);
  at.half_open.add(more.half_open);
  at.ignored.add(more.ignored);
  at.plain_sack.add(more.plain_sack);
  at.plain_scale.add(more.plain_scale);
  at.stripped.add(more.stripped);
}

// The same connection at two points, and an option that only one of them shows.
bool lost_an_option(const ConnectionSummary& a, const ConnectionSummary& b) {
  for (std::size_t i = 0; i < 2; ++i) {
    const tcp::DirectionSummary& x = a.directions[i];
    const tcp::DirectionSummary& y = b.directions[i];
    if (x.counts.syns == 0 || y.counts.syns == 0) continue;
    if (x.sack_permitted != y.sack_permitted || x.window_scale.has_value() != y.window_scale.has_value()) return true;
  }
  return false;
}

using Places = std::map<std::pair<std::uint32_t, tcp::Endpoint>, AtServer>;

void add_stripped(const tcp::TcpSummary& tcp, Places& places) {
  using Key = std::tuple<tcp::Endpoint, tcp::Endpoint, std::uint32_t>;
  std::map<Key, const ConnectionSummary*> first_seen;
  for (const ConnectionSummary& c : tcp.connections) {
    if (!c.client_isn || !c.saw_syn_ack) continue;
    const auto [at, is_new] = first_seen.try_emplace({c.client, c.server, *c.client_isn}, &c);
    if (is_new || at->second->point == c.point) continue;
    if (lost_an_option(*at->second, c)) places[{c.point, c.server}].stripped.add(c, c.first_frame);
  }
}

Episode episode_of(const AtServer& at, Subject subject, ConnectionFacts facts, Timeline& timeline) {
  Episode episode;
  episode.symptom = Symptom::setup;
  episode.subject = subject;
  episode.first = at.first;
  episode.last = at.last;
  facts.life_ns = 0;
  episode.connection = std::move(facts);
  for (const Attempts* attempts : {&at.refused, &at.unanswered, &at.ignored, &at.half_open, &at.single}) {
    if (attempts->count == 0) continue;
    episode.frames = attempts->frames;
    break;
  }
  TcpRecords records(timeline, episode);
  const auto put = [&](std::string_view name, const Attempts& of) {
    records.put(name, Unit::none, of.count, of.text, of.frames);
  };
  records.put("tcp.attempts", Unit::none, at.attempts);
  records.put("tcp.opened", Unit::none, at.opened);
  records.put("tcp.clients", Unit::none, at.clients.size());
  records.put("tcp.both_syns", Unit::none, at.both_syns);
  records.put("tcp.syn_acks_again", Unit::packets, at.syn_acks_again);
  records.put("tcp.half_seen", Unit::none, at.one_way);
  put("tcp.refused", at.refused);
  put("tcp.unanswered", at.unanswered);
  put("tcp.single_syns", at.single);
  put("tcp.half_open", at.half_open);
  put("tcp.ignored", at.ignored);
  put("tcp.without_sack", at.plain_sack);
  put("tcp.without_scaling", at.plain_scale);
  put("tcp.stripped", at.stripped);
  return episode;
}

}  // namespace

void add_setups(const tcp::TcpSummary& tcp, TcpSubjects& subjects, Timeline& timeline, TcpSymptoms& symptoms) {
  const auto destination_of = [](const ConnectionSummary& c) { return Destination{c.client.address, c.server}; };
  std::set<Destination> reached;
  for (const ConnectionSummary& c : tcp.connections) {
    if (c.handshake) reached.insert(destination_of(c));
  }
  Places places;
  for (const ConnectionSummary& c : tcp.connections) {
    add(c, reached.contains(destination_of(c)), places[{c.point, c.server}]);
  }
  add_stripped(tcp, places);
  std::vector<const AtServer*> told;
  for (const auto& [place, at] : places) {
    if (at.has_something_to_say()) told.push_back(&at);
  }
  std::ranges::stable_sort(told, [](const AtServer* a, const AtServer* b) { return a->trouble() > b->trouble(); });
  std::map<std::uint32_t, AtServer> rest;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const AtServer& at = *told[i];
    if (i >= kMostServers) {
      merge(at, rest[at.any->point]);
      continue;
    }
    const ConnectionFacts facts = subjects.facts(*at.any);
    symptoms.episodes.push_back(episode_of(at, facts.server, facts, timeline));
  }
  for (const auto& [point, at] : rest) {
    ConnectionFacts facts;
    facts.point = {SubjectKind::point, point};
    symptoms.episodes.push_back(episode_of(at, facts.point, facts, timeline));
  }
}

}  // namespace wirecause
