// What causes of TCP see alike: one direction of a connection that lost time, and when lost time matters.
//
// Nothing is measured by the clock on the wall: 200 ms are nothing on a way around the world and the whole day on a path of
// 20 us. Lost time matters where it is a twentieth of what the connection was at work for, or where one wait was a hundred
// times the path's round trip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/judgement.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// One thing that the direction waited for.
struct TcpWait {
  EvidenceId id = 0;
  std::uint64_t ns = 0;       // in all
  std::uint64_t times = 0;    // long enough to be a stall
  std::uint64_t longest = 0;  // of these, in nanoseconds; 0: none was
};

class TcpCase {
 public:
  TcpCase(const EvidenceView& view, const Episode& episode) : view_(&view), episode_(&episode) {}

  bool is_stall() const { return episode_->symptom == Symptom::stall && episode_->connection.has_value(); }
  bool is_abort() const { return episode_->symptom == Symptom::abort && episode_->connection.has_value(); }
  bool is_setup() const { return episode_->symptom == Symptom::setup && episode_->connection.has_value(); }

  // Nothing: it was not measured.
  std::optional<TcpWait> wait(std::string_view name) const;
  std::optional<std::uint64_t> count(std::string_view name) const;
  // 0 where it was not measured: for sentences, never for a judgement.
  std::uint64_t told(std::string_view name) const { return count(name).value_or(0); }
  // How long the record's window is, in nanoseconds; likewise.
  std::uint64_t window(std::string_view name) const;

  bool matters(const TcpWait& wait) const;
  // So little that to tell of it would only hide the rest: not a hundredth of what the connection was at work for.
  bool is_noise(const TcpWait& wait) const;

  // "client", "server": whose data waited, and who was to take it; of an abort, in whose name it was reset.
  std::string_view sender() const { return episode_->connection->from_client ? "client" : "server"; }
  std::string_view receiver() const { return episode_->connection->from_client ? "server" : "client"; }

  // Named, with nothing claimed.
  Judgement named_here(Place place, Severity severity, Strength strength) const;
  // Named for the time that these waits took: a warning where one of them matters.
  Judgement named_for(Place place, Strength strength, std::initializer_list<TcpWait> waits) const;
  Judgement ruled_out_here(Reason because) const { return ruled_out(episode_->subject, std::move(because)); }
  Judgement cannot_tell_here(Reason because, std::string missing) const {
    return cannot_tell(episode_->subject, std::move(because), std::move(missing));
  }
  void add_evidence(Judgement& judgement, std::initializer_list<std::string_view> names) const;

 private:
  const EvidenceView* view_;
  const Episode* episode_;
};

// ", the longest {longest}", as a template, where one wait was long enough to stand alone.
inline std::string longest_text(const TcpWait& wait) {
  return wait.longest > 0 ? std::string(", the longest {longest}") : std::string();
}

// Figures of a sentence.
inline Figure time_figure(std::string_view name, std::uint64_t ns, Fold fold = Fold::sum) {
  return {name, ns, fold, Unit::nanoseconds};
}
inline Figure bytes_figure(std::string_view name, std::uint64_t bytes, Fold fold = Fold::largest) {
  return {name, bytes, fold, Unit::bytes};
}

}  // namespace wirecause
