// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_aborts.hpp"

#include <algorithm>
#include <cstddef>

#include "engine/tcp_records.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;

constexpr std::size_t kMostAborts = kMostTroubles / 2;

std::uint64_t count_of(DurationNs duration) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.ns, 0));
}

void add_abort(const ConnectionSummary& c, TcpSubjects& subjects, Timeline& timeline, TcpSymptoms& symptoms) {
  const tcp::ResetFacts& facts = *c.reset_facts;
  Episode& episode = symptoms.episodes.emplace_back();
  episode.symptom = Symptom::abort;
  episode.subject = TcpSubjects::connection(c);
  episode.connection = subjects.facts(c);
  episode.connection->from_client = c.is_reset_by_client;
  episode.feed_packets = c.packets();
  episode.first = episode.last = c.reset;
  episode.frames = {c.input, {c.reset_frame}, filter_text(c)};
  episode.text = c.is_reset_by_client ? "a reset in the client's name" : "a reset in the server's name";
  TcpRecords records(timeline, episode);
  records.put("tcp.reset_unacknowledged", Unit::bytes, static_cast<std::uint64_t>(facts.unacknowledged));
  records.put("tcp.reset_ttl", Unit::none, facts.ttl);
  if (facts.before.packets > 0) {
    records.put("tcp.ttl_least", Unit::none, facts.before.least);
    records.put("tcp.ttl_most", Unit::none, facts.before.most);
    records.put("tcp.ttl_packets", Unit::packets, facts.before.packets);
  }
  records.put("tcp.reset_bare", Unit::none, facts.is_bare ? 1 : 0);
  records.put("tcp.reset_fin_by_resetter", Unit::none, facts.fin_by_resetter ? 1 : 0);
  records.put("tcp.reset_silence", Unit::nanoseconds, count_of(facts.silence));
  records.put("tcp.reset_tries", Unit::packets, facts.tries.all());
  records.put("tcp.reset_went_on", Unit::packets, facts.went_on);
  if (c.base_round_trip) records.put("tcp.round_trip", Unit::nanoseconds, count_of(*c.base_round_trip));
}

// A close that is finished with a reset breaks nothing off.
bool breaks_something(const ConnectionSummary& c) {
  if (!c.reset_facts || c.directions[0].counts.packets == 0 || c.directions[1].counts.packets == 0) return false;
  const tcp::ResetFacts& facts = *c.reset_facts;
  return !(facts.fin_by_resetter && facts.fin_by_other);
}

}  // namespace

void add_aborts(const tcp::TcpSummary& tcp, TcpSubjects& subjects, Timeline& timeline, TcpSymptoms& symptoms) {
  std::size_t aborts = 0;
  for (const ConnectionSummary& c : tcp.connections) {
    if (!breaks_something(c)) continue;
    if (++aborts > kMostAborts) {
      ++symptoms.left_out;
      continue;
    }
    add_abort(c, subjects, timeline, symptoms);
  }
}

}  // namespace wirecause
