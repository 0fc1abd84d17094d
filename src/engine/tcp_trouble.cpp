// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_trouble.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/tcp_path_records.hpp"
#include "engine/tcp_records.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using tcp::DirectionSummary;
using tcp::Resend;
using tcp::Stall;
using tcp::Wait;

constexpr std::uint32_t kTries = 3;  // without an answer: less may still be under way
constexpr std::uint64_t kBulk = 64;  // data packets: a transfer, not a talk
constexpr std::size_t kFrames = 16;  // packets that show it
constexpr std::array kWaitsTold{std::pair{Wait::receiver_window, std::string_view("tcp.wait_receiver_window")},
                                std::pair{Wait::receiver_buffer, std::string_view("tcp.wait_receiver_buffer")},
                                std::pair{Wait::write_pattern, std::string_view("tcp.wait_write_pattern")},
                                std::pair{Wait::recovery_fast, std::string_view("tcp.wait_recovery_fast")},
                                std::pair{Wait::recovery_probe, std::string_view("tcp.wait_recovery_probe")},
                                std::pair{Wait::recovery_timeout, std::string_view("tcp.wait_recovery_timeout")},
                                std::pair{Wait::queueing, std::string_view("tcp.wait_queueing")},
                                std::pair{Wait::sender_idle, std::string_view("tcp.wait_sender_idle")}};

DurationNs spent(const DirectionSummary& of, Wait wait) { return of.time[static_cast<std::size_t>(wait)]; }

DurationNs lost_time(const DirectionSummary& of) {
  DurationNs sum{0};
  for (std::size_t i = 0; i < tcp::kWaits; ++i) {
    if (tcp::is_stall(static_cast<Wait>(i))) sum = sum + of.time[i];
  }
  return sum;
}

std::uint64_t count_of(DurationNs duration) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.ns, 0));
}

// One direction that may have something to say.
struct Trouble {
  const ConnectionSummary* connection = nullptr;
  std::size_t sender = 0;  // 0: the client
  DurationNs lost{0};
  std::uint64_t resent = 0;

  const DirectionSummary& data() const { return connection->directions[sender]; }
  const DirectionSummary& receiver() const { return connection->directions[1 - sender]; }
};

DurationNs life_of(const ConnectionSummary& c) { return c.last - c.first; }

// Much data, in packets that are mostly full: a session that says a little now and then is idle by its nature.
bool is_transfer(const DirectionSummary& of) {
  const auto& counts = of.counts;
  return counts.data_packets >= kBulk && 2 * counts.bytes >= counts.data_packets * of.largest_segment;
}

// The answers of a server that takes most of the connection's life to think; a transfer that mostly pauses.
bool is_idle(const Trouble& t) {
  const ConnectionSummary& c = *t.connection;
  if (t.sender == 1 && 2 * c.exchanges.first_byte.ns >= life_of(c).ns) return c.exchanges.count > 0;
  return is_transfer(t.data()) && 2 * spent(t.data(), Wait::sender_idle).ns >= life_of(c).ns;
}

// Its packets waited in a queue on the way. Where acknowledgements let it send all the while, that costs it no time: others do.
bool queues(const Trouble& t) {
  const tcp::QueueingSummary& queueing = t.data().path.queueing;
  return (queueing.base.ns > 0 && queueing.mean >= queueing.base) ||
         4 * spent(t.data(), Wait::queueing).ns >= life_of(*t.connection).ns;
}

// So long that its sender had to send it again (RFC 6298 2.4), while the receiver still spoke: it was lost, each time.
bool never_comes(const Trouble& t) {
  constexpr DurationNs kLongestTimer = seconds(1);
  const tcp::NeverCame& gone = t.data().never_came;
  const bool took_something = t.data().path.size_passed > 0;
  return gone.bytes > 0 && took_something && t.connection->last - gone.since >= kLongestTimer &&
         t.receiver().last_packet > gone.since;
}

bool has_something_to_say(const Trouble& t) {
  const auto& counts = t.data().counts;
  return t.lost.ns > 0 || counts.retransmissions() > 0 || counts.reordered > 0 || t.data().tries.all() >= kTries ||
         t.data().path.size_stuck > 0 || never_comes(t) || queues(t) || is_idle(t);
}

std::vector<Trouble> troubles_of(const tcp::TcpSummary& tcp, std::uint64_t& left_out) {
  std::vector<Trouble> troubles;
  for (const ConnectionSummary& c : tcp.connections) {
    const bool is_seen_both_ways = c.directions[0].counts.packets > 0 && c.directions[1].counts.packets > 0;
    if (!is_seen_both_ways || life_of(c).ns <= 0) continue;
    for (std::size_t sender = 0; sender < 2; ++sender) {
      Trouble t{&c, sender, lost_time(c.directions[sender]), c.directions[sender].counts.retransmissions()};
      if (has_something_to_say(t)) troubles.push_back(t);
    }
  }
  if (troubles.size() <= kMostTroubles) return troubles;
  std::ranges::stable_sort(troubles, [](const Trouble& a, const Trouble& b) {
    return std::tie(a.lost, a.resent) > std::tie(b.lost, b.resent);
  });
  left_out = troubles.size() - kMostTroubles;
  troubles.resize(kMostTroubles);
  return troubles;
}

bool is_of(const Stall& stall, const Trouble& t) { return stall.direction == t.sender; }

void put_wait(const Trouble& t, Wait wait, std::string_view name, TcpRecords& records) {
  const Stall* longest = nullptr;
  FrameRefs frames;
  frames.input = t.connection->input;
  for (const Stall& stall : t.connection->stalls) {
    if (!is_of(stall, t) || stall.wait != wait) continue;
    if (longest == nullptr || stall.length() > longest->length()) longest = &stall;
    if (frames.frames.size() + 1 >= kFrames) continue;
    if (frames.frames.empty() || frames.frames.back() != stall.frame_before)
      frames.frames.push_back(stall.frame_before);
    frames.frames.push_back(stall.frame_after);
  }
  const DurationNs all = spent(t.data(), wait);
  const TimeNs from = longest != nullptr ? longest->from : t.connection->first;
  const TimeNs to = longest != nullptr ? longest->to : from;
  records.put_in(name, Unit::nanoseconds, count_of(all), from, to, t.data().stalls[static_cast<std::size_t>(wait)], {},
                 std::move(frames));
}

void put_counts(const Trouble& t, TcpRecords& records) {
  const auto& counts = t.data().counts;
  const auto put = [&](std::string_view name, std::uint64_t packets) { records.put(name, Unit::packets, packets); };
  put("tcp.data_packets", counts.data_packets);
  put("tcp.resent_fast", counts.of(Resend::fast) + counts.of(Resend::rack));
  put("tcp.resent_probe", counts.of(Resend::tail_probe));
  put("tcp.resent_timeout", counts.of(Resend::timeout));
  put("tcp.resent_spurious", counts.of(Resend::spurious));
  // Where the path makes copies, what came twice may have been lost and then copied.
  put("tcp.needless_fast", counts.of(Resend::path_copy) == 0 ? counts.needless_fast : 0);
  put("tcp.reordered", counts.reordered);
  put("tcp.lost_before", counts.lost_before());
  put("tcp.lost_behind", counts.lost_after());
  put("tcp.zero_windows", t.receiver().counts.zero_windows);
}

void put_windows(const Trouble& t, TcpRecords& records) {
  const ConnectionSummary& c = *t.connection;
  records.put("tcp.largest_window", Unit::bytes, t.receiver().largest_window);
  records.put("tcp.smallest_window", Unit::bytes, t.receiver().smallest_window);
  if (!c.client_isn || !c.saw_syn_ack) return;
  const bool both_scale = c.directions[0].window_scale && c.directions[1].window_scale;
  records.put("tcp.window_scaling", Unit::none, both_scale ? 1 : 0);
  records.put("tcp.receiver_scales", Unit::none, t.receiver().window_scale ? 1 : 0);
}

// The client is through and sends; of what it sends the server never took anything, and it says nothing of its own.
bool is_unserved(const Trouble& t) {
  return t.sender == 0 && t.connection->handshake && t.data().counts.data_packets > 0 && t.data().acknowledged == 0 &&
         t.receiver().counts.data_packets == 0;
}

void put_tries(const Trouble& t, TcpRecords& records) {
  const tcp::Tries& tries = t.data().tries;
  FrameRefs frames;
  frames.input = t.connection->input;
  if (tries.all() > 0) frames.frames = {tries.first_frame, tries.last_frame};
  const TimeNs from = tries.all() > 0 ? t.receiver().last_packet : t.connection->last;
  records.put_in("tcp.tries", Unit::packets, tries.all(), from, t.connection->last, tries.full_resends, {}, frames);
  records.put("tcp.unserved", Unit::none, is_unserved(t) ? 1 : 0);
  records.put("tcp.late_syn_acks", Unit::packets, t.connection->late_syn_acks);
}

void put_never_came(const Trouble& t, TcpRecords& records) {
  const tcp::NeverCame& gone = t.data().never_came;
  if (!never_comes(t)) return records.put("tcp.never_came", Unit::bytes, 0);
  FrameRefs frames{t.connection->input, {gone.frame}, {}};
  records.put_in("tcp.never_came", Unit::bytes, gone.bytes, gone.since, t.connection->last, 0, {}, std::move(frames));
}

void put_times(const Trouble& t, TcpRecords& records) {
  const ConnectionSummary& c = *t.connection;
  const DurationNs quiet = spent(t.data(), Wait::sender_idle) + spent(t.data(), Wait::closing);
  records.put("tcp.life", Unit::nanoseconds, count_of(life_of(c)));
  records.put("tcp.active", Unit::nanoseconds, count_of(life_of(c) - quiet));
  if (c.base_round_trip) records.put("tcp.round_trip", Unit::nanoseconds, count_of(*c.base_round_trip));
  if (t.sender == 1 && c.exchanges.count > 0) {
    FrameRefs frames{c.input, {c.exchanges.longest_frame}, {}};
    records.put_in("tcp.think_time", Unit::nanoseconds, count_of(c.exchanges.first_byte), c.first,
                   c.first + c.exchanges.longest_first_byte, c.exchanges.count, {}, std::move(frames));
  }
}

// From the first to the last of what it lost time to; the whole connection where nothing stood still.
void set_window(const Trouble& t, TimeNs last, Episode& episode) {
  const ConnectionSummary& c = *t.connection;
  for (const Stall& stall : c.stalls) {
    if (!is_of(stall, t)) continue;
    if (episode.first == kNoTime || stall.from < episode.first) episode.first = stall.from;
    episode.last = later(episode.last, stall.to);
    if (episode.frames.frames.size() + 1 < kFrames) episode.frames.frames.push_back(stall.frame_after);
  }
  const tcp::Tries& tries = t.data().tries;
  if (tries.all() >= kTries) {
    if (episode.first == kNoTime) episode.first = tries.first;
    episode.last = c.last;
    episode.frames.frames.push_back(tries.last_frame);
  }
  if (episode.first == kNoTime) {
    episode.first = c.first;
    episode.last = c.last;
    episode.frames.frames = {c.first_frame, c.last_frame};
  }
  const bool is_over = c.reset != kNoTime || (t.data().counts.fins > 0 && t.receiver().counts.fins > 0);
  episode.at_end = !is_over && tries.all() >= kTries && last - c.last <= c.last - tries.first;
}

void add_stall(const tcp::TcpSummary& tcp, const Trouble& t, TimeNs last, TcpSubjects& subjects, Timeline& timeline,
               TcpSymptoms& symptoms) {
  const ConnectionSummary& c = *t.connection;
  Episode& episode = symptoms.episodes.emplace_back();
  episode.symptom = Symptom::stall;
  episode.subject = TcpSubjects::connection(c);
  episode.connection = subjects.facts(c);
  episode.connection->from_client = t.sender == 0;
  episode.feed_packets = c.packets();
  episode.frames.input = c.input;
  episode.frames.filter = filter_text(c);
  episode.text = t.sender == 0 ? "what the client sent" : "what the server sent";
  set_window(t, last, episode);
  TcpRecords records(timeline, episode);
  put_times(t, records);
  for (const auto& [wait, name] : kWaitsTold) put_wait(t, wait, name, records);
  put_counts(t, records);
  put_windows(t, records);
  put_tries(t, records);
  put_never_came(t, records);
  put_path(tcp, c, t.sender, records);
}

}  // namespace

void add_troubles(const tcp::TcpSummary& tcp, TimeNs last, TcpSubjects& subjects, Timeline& timeline,
                  TcpSymptoms& symptoms) {
  std::uint64_t left_out = 0;
  for (const Trouble& t : troubles_of(tcp, left_out)) add_stall(tcp, t, last, subjects, timeline, symptoms);
  symptoms.left_out += left_out;
}

}  // namespace wirecause
