// SPDX-License-Identifier: Apache-2.0
#include "engine/line_book.hpp"

#include <algorithm>

namespace wirecause {
namespace {

// A new source that continues a line's numbers starts within this of where the old one stopped.
constexpr std::uint64_t kContinuation = 1'024;
// Silent for so long the old source has stopped (DESIGN D3: an outage): a new one may begin below it, or anew.
constexpr DurationNs kStopped = seconds(1);
// A restart begins within this of the first number of its space.
constexpr std::uint64_t kNearBeginning = 4'096;

bool is_same_layout(const FramingConfig& a, const FramingConfig& b) {
  const auto all = [](const FramingConfig& of) {
    const auto field = [](const FieldAt& at) { return std::tuple(at.offset, at.width, at.big_endian); };
    return std::tuple(field(of.sequence), field(of.count), field(of.send_time), of.send_time_unit_ns, field(of.channel),
                      field(of.session), of.zero_count_is_heartbeat);
  };
  return all(a) == all(b);
}

// How far `first` lies at or above `expected`; huge where it lies below.
std::uint64_t ahead_of(std::uint64_t expected, std::uint64_t first, const NumberSpace& space) {
  if (first < expected && space.wraps()) return (first - space.first) + (space.last - expected) + 1;
  return first - expected;
}

}  // namespace

Line* LineBook::add(const Stream& stream, const Candidate& choice, std::uint32_t channel) {
  if (lines_.size() >= kMaxLines) return nullptr;
  const auto [it, is_new] = group_of_.try_emplace({kind_of(choice), channel}, static_cast<GroupId>(groups_.size()));
  if (is_new) {
    LineGroup& group = groups_.emplace_back();
    group.choice = &choice;
    group.channel = channel;
  }
  LineGroup& group = groups_[it->second];
  Line& line = lines_.emplace_back();
  line.id = static_cast<LineId>(lines_.size() - 1);
  line.group = it->second;
  line.in_group = &group;
  line.owner = it->second % backs_;
  line.key = stream.key;
  line.is_multicast = stream.is_multicast;
  line.is_recovery = stream.is_recovery;
  line.channel = channel;
  line.choice = &choice;
  line.feed = line.id;
  line.calendar = calendar_of(*choice.framing);
  group.lines.push_back(line.id);
  ++group.searching;
  if (group.lines.size() == 2) group.pairing = std::make_unique<Pairing>();
  clocks_.push_back({kNoTime, kNoTime, stream.key.point});
  return &line;
}

Line* LineBook::continued_by(const Stream& stream, const Candidate& choice, const Run& run, TimeNs since) {
  const auto group = group_of_.find({kind_of(choice), run.channel});
  if (group == group_of_.end()) return nullptr;
  for (const LineId id : groups_[group->second].lines) {
    Line& line = lines_[id];
    const bool same_place = line.key.point == stream.key.point && line.key.vlan == stream.key.vlan &&
                            line.key.tunnel == stream.key.tunnel && line.key.group == stream.key.group &&
                            line.key.port == stream.key.port;
    if (!same_place || clocks_[id].last >= since) continue;
    // Below where the old source is, while that goes on: what it sends again, or a sister. A line of its own either way.
    const NumberSpace space = number_space(*choice.framing, choice.config);
    const bool has_stopped = since - clocks_[id].last >= kStopped;
    const bool is_above = ahead_of(line.expected, run.first, space) <= kContinuation;
    const bool is_below = has_stopped && line.expected - run.first <= kContinuation;
    const bool continues = run.session == line.session && (is_above || is_below);
    const bool may_restart = has_stopped || run.session != line.session;
    const bool restarts = may_restart && run.first - space.first <= kNearBeginning;
    if (continues || restarts) return &line;
  }
  return nullptr;
}

std::uint32_t LineBook::kind_of(const Candidate& choice) {
  const auto known = std::find_if(kinds_.begin(), kinds_.end(), [&](const Candidate* kind) {
    return kind->framing == choice.framing && is_same_layout(kind->config, choice.config);
  });
  if (known == kinds_.end()) return kinds_.push_back(&choice), static_cast<std::uint32_t>(kinds_.size() - 1);
  return static_cast<std::uint32_t>(known - kinds_.begin());
}

std::uint64_t LineBook::jumped(Line& line, TimeNs now, std::uint64_t first) {
  if (first < line.expected || clocks_[line.id].last == kNoTime) return 0;
  const TimeNs before = clocks_[line.id].last;
  clocks_[line.id].jump = now;
  std::uint64_t whole = 0;
  const std::size_t looked_at = std::min(clocks_.size(), kMaxWitnesses);
  for (std::size_t i = 0; i < looked_at; ++i) {
    const Clock& other = clocks_[i];
    if (i != line.id && other.point == clocks_[line.id].point && other.last > before && other.jump < before) {
      whole |= std::uint64_t{1} << (i & 63U);
    }
  }
  return whole;
}

SessionId LineBook::ordinal(LineGroup& group, std::uint64_t identity, std::string text) {
  const auto found = group.sessions.find(identity);
  if (found != group.sessions.end()) return found->second;
  if (group.session_texts.size() >= kMaxSessions) return static_cast<SessionId>(kMaxSessions);
  group.session_texts.push_back(std::move(text));
  const auto ordinal = static_cast<SessionId>(group.session_texts.size());
  group.sessions.emplace(identity, ordinal);
  return ordinal;
}

std::shared_ptr<ExchangeCalendar> LineBook::calendar_of(const Framing& framing) {
  if (framing.time_zone.empty()) return nullptr;
  const auto found = calendars_.find(framing.time_zone);
  if (found != calendars_.end()) return found->second;
  auto loaded = ExchangeCalendar::load(framing.time_zone);
  auto calendar = loaded ? std::make_shared<ExchangeCalendar>(std::move(*loaded)) : nullptr;
  calendars_.emplace(std::string(framing.time_zone), calendar);
  return calendar;
}

}  // namespace wirecause
