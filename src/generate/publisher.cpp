// SPDX-License-Identifier: Apache-2.0
#include "generate/publisher.hpp"

#include <algorithm>

#include "generate/number_space.hpp"

namespace wirecause::generate {
namespace {

constexpr std::uint64_t kJitterDraws = 1;
constexpr std::uint64_t kMessageDraws = 2;
constexpr DurationNs kQueueDrain = nanoseconds(100);  // between packets that were held back

}  // namespace

Publisher::Publisher(const FeedPlan& plan, std::uint32_t channel, std::uint64_t seed, TimeNs start,
                     DurationNs restart_pause)
    : plan_(plan),
      channel_(channel),
      seed_(seed),
      jitter_(seed, kJitterDraws),
      messages_(seed, kMessageDraws),
      start_(start),
      restart_pause_(restart_pause),
      heartbeat_interval_(plan.heartbeat_interval.value_or(nanoseconds(plan.framing->heartbeat_interval_ns))),
      epoch_start_(plan.start_sequence.value_or(plan.framing->first_number)),
      next_data_(start),
      hold_until_(start),
      silent_until_(start),
      last_release_(start) {
  if (!plan.framing->has_heartbeat) heartbeat_interval_ = {};
}

bool Publisher::next(Published& out) {
  if (index_ == plan_.packets) return closing(out);
  if (!data_planned_) plan_data();
  if (reset_due_) {
    reset_due_ = false;
    fill(PublishedKind::reset_mark, next_data_, next_data_, 0, out);
    next_data_ = next_data_ + kQueueDrain;
    return true;
  }
  const TimeNs idle_since = std::max(last_release_, silent_until_);
  if (heartbeat_interval_.ns > 0 && serial_ > 0 && hold_until_ <= next_data_ &&
      next_data_ - idle_since > heartbeat_interval_) {
    heartbeat(idle_since + heartbeat_interval_, out);
    return true;
  }
  data(out);
  return true;
}

// Decides when the next data packet is made, and whether a pause or a restart comes before it.
void Publisher::plan_data() {
  data_planned_ = true;
  if (index_ > 0) next_data_ = next_data_ + interval_before(index_);
  while (next_pause_ < plan_.pauses.size() && plan_.pauses[next_pause_].before <= index_) {
    const Pause& pause = plan_.pauses[next_pause_++];
    if (pause.kind == Pause::Kind::queued) {
      hold_until_ = next_data_ + pause.length;
      continue;
    }
    next_data_ = next_data_ + pause.length;
    if (pause.kind == Pause::Kind::unsent) silent_until_ = next_data_;
  }
  if (next_restart_ < plan_.restarts.size() && plan_.restarts[next_restart_] == index_) begin_epoch();
}

void Publisher::begin_epoch() {
  ++next_restart_;
  ++epoch_;
  unit_ = 0;
  epoch_start_ = plan_.framing->first_number;
  last_number_ = 0;
  next_data_ = std::max(next_data_, last_release_) + restart_pause_;
  silent_until_ = next_data_;
  reset_due_ = plan_.framing->has_reset_mark;
}

void Publisher::heartbeat(TimeNs at, Published& out) {
  fill(PublishedKind::heartbeat, at, at, plan_.framing->heartbeat_consumes ? 1 : 0, out);
}

void Publisher::data(Published& out) {
  const FramingWriter& framing = *plan_.framing;
  const std::uint64_t spread = plan_.messages_max - plan_.messages_min + 1;
  auto messages = static_cast<std::uint32_t>(plan_.messages_min + messages_.below(index_, spread));
  if (!framing.packet_numbered) {
    const std::uint64_t room = units_to_wrap(framing, wire_number(framing, epoch_start_, unit_));
    messages = static_cast<std::uint32_t>(std::min<std::uint64_t>(messages, room));
  }
  TimeNs release = std::max(next_data_, hold_until_);
  if (release <= last_release_ && serial_ > 0) release = last_release_ + kQueueDrain;
  fill(PublishedKind::data, next_data_, release, framing.packet_numbered ? 1 : messages, out);
  out.packet.messages = messages;
  out.in_margin = is_in_margin(index_);
  ++index_;
  data_planned_ = false;
}

bool Publisher::closing(Published& out) {
  const DurationNs wait = heartbeat_interval_.ns > 0 ? heartbeat_interval_ : seconds(1);
  if (closed_with_ < plan_.closing_heartbeats) {
    ++closed_with_;
    heartbeat(last_release_ + wait, out);
    return true;
  }
  if (!plan_.end_of_session || closed_with_ > plan_.closing_heartbeats) return false;
  ++closed_with_;
  fill(PublishedKind::end_of_session, last_release_ + microseconds(10), last_release_ + microseconds(10), 0, out);
  return true;
}

void Publisher::fill(PublishedKind kind, TimeNs send_time, TimeNs release, std::uint32_t units, Published& out) {
  out = Published{};
  out.kind = kind;
  out.epoch = epoch_;
  out.serial = serial_++;
  out.index = index_;
  out.unit = unit_;
  out.release = release;
  out.since_start = release - start_;
  OutgoingPacket& packet = out.packet;
  packet.first = wire_number(*plan_.framing, epoch_start_, unit_);
  packet.last = last_number_;
  packet.units = units;
  packet.channel = channel_;
  packet.session = epoch_ + 1;
  packet.send_time = send_time;
  packet.seed = seed_ + epoch_;
  packet.heartbeat = kind == PublishedKind::heartbeat;
  packet.reset_mark = kind == PublishedKind::reset_mark;
  packet.end_of_session = kind == PublishedKind::end_of_session;
  if (units > 0) {
    const std::int64_t second = send_time.ns / 1'000'000'000;
    packet.first_of_second = second != last_second_;
    last_second_ = second;
    unit_ += units;
    last_number_ = wire_number(*plan_.framing, epoch_start_, unit_ - 1);
  }
  last_release_ = release;
}

DurationNs Publisher::interval_before(std::uint64_t index) const {
  DurationNs interval = plan_.interval;
  if (plan_.burst > 1) {
    const std::int64_t burst = plan_.burst;
    interval = index % plan_.burst != 0 ? plan_.burst_gap
                                        : DurationNs{plan_.interval.ns * burst - plan_.burst_gap.ns * (burst - 1)};
  }
  const auto range = static_cast<std::uint64_t>(plan_.jitter.ns) + 1;
  return interval + DurationNs{static_cast<std::int64_t>(jitter_.below(index, range))};
}

bool Publisher::is_in_margin(std::uint64_t index) const {
  const std::uint64_t margin = plan_.fault_margin;
  if (index < margin || index + margin >= plan_.packets) return margin > 0;
  return std::any_of(plan_.restarts.begin(), plan_.restarts.end(),
                     [&](std::uint64_t restart) { return index + margin >= restart && index < restart + margin; });
}

}  // namespace wirecause::generate
