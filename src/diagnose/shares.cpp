// SPDX-License-Identifier: Apache-2.0
#include "diagnose/shares.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

using Pools = std::map<Subject, std::uint64_t>;
using Paid = std::map<EvidenceId, std::uint64_t>;  // by counter, over the whole run

Pools pools_of(const Episode& episode) {
  Pools pools;
  if (episode.connection) {  // its life, in nanoseconds
    pools[episode.subject] = episode.connection->life_ns;
    return pools;
  }
  for (const EpisodeLine& line : episode.lines) pools[line.line] = line.missing_alone;
  pools[episode.subject] = episode.lost;
  return pools;
}

bool claims(const Judgement& judgement) { return judgement.verdict == Verdict::named && !judgement.claims.empty(); }

bool is_undecided(const Judgement& judgement) { return !judgement.undecided_with.empty(); }

// Smaller takes first.
auto precedence(const Judged& judged) {
  return std::tuple(is_undecided(judged.judgement), !is_about_capture(*judged.cause),
                    -static_cast<int>(judged.judgement.strength), judged.cause->path_order, judged.cause->id);
}

// What the counter can still pay for, in units.
std::uint64_t left_of(const CountBound& bound, std::uint64_t copies, const Paid& paid) {
  const auto found = paid.find(bound.counter);
  const std::uint64_t spent = found == paid.end() ? 0 : found->second;
  const std::uint64_t left = bound.units > spent ? bound.units - spent : 0;
  return left / std::max<std::uint64_t>(1, copies);
}

// What every counter of the claim can still pay for.
std::uint64_t affordable(const Judgement& judgement, const Claim& claim, const Paid& paid) {
  std::uint64_t units = claim.units;
  if (judgement.bound) units = std::min(units, left_of(*judgement.bound, claim.copies, paid));
  for (const Payer& payer : claim.also) units = std::min(units, left_of(payer.bound, payer.copies, paid));
  return units;
}

void pay(const CountBound& bound, std::uint64_t units, std::uint64_t copies, Paid& paid) {
  std::uint64_t& spent = paid[bound.counter];
  spent = capped_sum(spent, capped_product(units, copies));
}

// Sets share and lost; `pools` is what may be taken, and is drained.
void take(Judgement& judgement, const Episode& episode, Pools& pools, Paid& paid) {
  judgement.share = 0;
  judgement.lost = 0;
  for (const Claim& claim : judgement.claims) {
    const auto pool = pools.find(claim.pool);
    if (pool == pools.end()) continue;
    const std::uint64_t units = std::min(affordable(judgement, claim, paid), pool->second);
    pool->second -= units;
    judgement.share = capped_sum(judgement.share, units);
    if (claim.pool == episode.subject && !episode.connection) judgement.lost = capped_sum(judgement.lost, units);
    if (judgement.bound) pay(*judgement.bound, units, claim.copies, paid);
    for (const Payer& payer : claim.also) pay(payer.bound, units, payer.copies, paid);
  }
  judgement.recovered = std::min(judgement.recovered, judgement.share - judgement.lost);
}

void rule_out_by_others(Judgement& judgement) {
  judgement.verdict = Verdict::ruled_out;
  judgement.undecided_with.clear();
  judgement.because = {"every unit that it could explain is explained by the finding named here", {}};
}

bool is_named(std::span<const Judged> judged, std::string_view cause) {
  return std::ranges::any_of(judged, [cause](const Judged& j) {
    return j.cause->id == cause && j.judgement.verdict == Verdict::named && is_undecided(j.judgement);
  });
}

// A partner that was left without units is no longer one.
void forget_absent_partners(std::span<Judged> judged) {
  for (Judged& j : judged) {
    std::erase_if(j.judgement.undecided_with, [&judged](std::string_view id) { return !is_named(judged, id); });
  }
}

void settle_episode(const Episode& episode, std::span<Judged> judged, Paid& paid) {
  std::vector<Judged*> order;
  for (Judged& j : judged) {
    if (claims(j.judgement)) order.push_back(&j);
  }
  std::ranges::stable_sort(order, [](const Judged* a, const Judged* b) { return precedence(*a) < precedence(*b); });
  Pools pools = pools_of(episode);
  for (Judged* j : order) {
    if (!is_undecided(j->judgement)) {
      take(j->judgement, episode, pools, paid);
    } else {
      Pools same = pools;  // each of them from the same units
      take(j->judgement, episode, same, paid);
    }
    if (j->judgement.share == 0) rule_out_by_others(j->judgement);
  }
  forget_absent_partners(judged);
}

}  // namespace

void settle_shares(std::span<const Episode> episodes, std::vector<Judged>& judged) {
  Paid paid;
  for (std::size_t from = 0; from < judged.size();) {
    std::size_t to = from;
    while (to < judged.size() && judged[to].episode == judged[from].episode) ++to;
    settle_episode(episodes[judged[from].episode], std::span(judged).subspan(from, to - from), paid);
    from = to;
  }
}

}  // namespace wirecause
