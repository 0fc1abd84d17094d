// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_setup.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/tcp_records.hpp"
#include "engine/tcp_server.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using Destination = std::pair<IpAddress, tcp::Endpoint>;  // a client's address, and where it wants to

constexpr std::size_t kMostServers = 64;  // symptoms; a scan of all ports has no more to say

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

// A client and the port that it wants: a name has several addresses, and clients try one after the other. The addresses of
// one machine to itself (127.0.0.1, ::1) are one client.
using Service = std::pair<IpAddress, std::uint16_t>;

Service service_of(const ConnectionSummary& c) {
  constexpr std::uint32_t kLoopback = 127;
  const IpAddress& client = c.client.address;
  const bool is_own = client.is_v4() ? client.v4_host_order() >> 24U == kLoopback : client == IpAddress::parse("::1");
  return {is_own ? IpAddress{} : client, c.server.port};
}

std::set<Service> services(const tcp::TcpSummary& tcp) {
  std::set<Service> served;
  for (const ConnectionSummary& c : tcp.connections) {
    if (c.handshake) served.insert(service_of(c));
  }
  return served;
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
  put("tcp.reached_elsewhere", at.elsewhere);
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
  const std::set<Service> served = services(tcp);
  Places places;
  const auto is_more_than_syns = [](const ConnectionSummary& c) {
    return c.packets() > c.directions[0].counts.syns + c.directions[1].counts.syns;
  };
  const auto is_asked_again = [](const ConnectionSummary& c) {
    return c.directions[1].counts.of(tcp::Resend::syn_ack) > 0;
  };
  // Behind a filter for SYNs nobody acknowledges any; and what began just before the end may still come about.
  const bool sees_answers =
      std::ranges::any_of(tcp.connections, is_more_than_syns) || std::ranges::any_of(tcp.connections, is_asked_again);
  TimeNs last = kNoTime;
  DurationNs longest{0};
  for (const ConnectionSummary& c : tcp.connections) {
    last = later(last, c.last);
    longest = std::max(longest, c.handshake.value_or(DurationNs{0}));
  }
  constexpr std::int64_t kHandshakes = 100;
  const DurationNs patience = longest.ns > 0 ? std::min(seconds(1), DurationNs{kHandshakes * longest.ns}) : seconds(1);
  for (const ConnectionSummary& c : tcp.connections) {
    const bool got_elsewhere = served.contains(service_of(c));
    const bool may_open = !sees_answers || last - c.first < patience;
    places[{c.point, c.server}].add(c, reached.contains(destination_of(c)), got_elsewhere, may_open);
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
      rest[at.any->point].add(at);
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
