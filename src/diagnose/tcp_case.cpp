// SPDX-License-Identifier: Apache-2.0
#include "diagnose/tcp_case.hpp"

#include <algorithm>

#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::uint64_t kShare = 20;        // a twentieth
constexpr std::uint64_t kLeastShare = 100;  // a hundredth
constexpr std::uint64_t kRoundTrips = 4;    // and more than a recovery takes at best
constexpr std::uint64_t kLongWait = 100;    // round trips

}  // namespace

std::optional<TcpWait> TcpCase::wait(std::string_view name) const {
  const auto id = view_->of_episode(*episode_, name);
  if (!id) return std::nullopt;
  const Record& record = view_->record(*id);
  TcpWait wait{*id, as_count(record.value), record.count, 0};
  if (record.count > 0 && record.to > record.from)
    wait.longest = static_cast<std::uint64_t>((record.to - record.from).ns);
  return wait;
}

std::optional<std::uint64_t> TcpCase::count(std::string_view name) const {
  const auto value = view_->episode_value(*episode_, name);
  return value ? std::optional(as_count(*value)) : std::nullopt;
}

std::uint64_t TcpCase::window(std::string_view name) const {
  const auto id = view_->of_episode(*episode_, name);
  if (!id) return 0;
  const Record& record = view_->record(*id);
  return record.to > record.from ? static_cast<std::uint64_t>((record.to - record.from).ns) : 0;
}

bool TcpCase::matters(const TcpWait& wait) const {
  const auto active = count("tcp.active");
  const auto round_trip = count("tcp.round_trip");
  const bool is_long = !round_trip || wait.ns >= capped_product(kRoundTrips, *round_trip);
  if (active && is_long && wait.ns > 0 && capped_product(kShare, wait.ns) >= *active) return true;
  return round_trip && *round_trip > 0 && wait.longest >= capped_product(kLongWait, *round_trip);
}

bool TcpCase::is_noise(const TcpWait& wait) const {
  return !matters(wait) && capped_product(kLeastShare, wait.ns) < told("tcp.active");
}

Judgement TcpCase::named_here(Place place, Severity severity, Strength strength) const {
  return named(episode_->subject, place, severity, strength);
}

Judgement TcpCase::named_for(Place place, Strength strength, std::initializer_list<TcpWait> waits) const {
  Judgement j = named_here(place, Severity::info, strength);
  for (const TcpWait& wait : waits) {
    j.evidence.push_back(wait.id);
    if (wait.ns == 0) continue;
    if (matters(wait)) j.severity = Severity::warning;
    Claim claim{episode_->subject, wait.ns, 1, {}};
    claim.also.push_back({{wait.id, wait.ns}, 1});
    j.claims.push_back(std::move(claim));
  }
  add_evidence(j, {"tcp.life", "tcp.active", "tcp.round_trip"});
  return j;
}

void TcpCase::add_evidence(Judgement& judgement, std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    if (const auto id = view_->of_episode(*episode_, name)) judgement.evidence.push_back(*id);
  }
}

}  // namespace wirecause
