// SPDX-License-Identifier: Apache-2.0
#include "diagnose/reader_case.hpp"

#include <algorithm>
#include <utility>

#include "diagnose/drop_case.hpp"
#include "diagnose/reader_words.hpp"
#include "diagnose/sums.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint64_t kHalf = kMillion / 2;

// A wake-up costs tens of microseconds and under foreign load some hundred: nothing that measures the reader resolves
// less than a millisecond (ReaderProbe::kShortestOffCpuNs), and a buffer that cannot hold one is small.
constexpr std::uint64_t kShortestPauseNs = 1'000'000;
// Threads are sampled every 10 ms: of a shorter pause a sample says nothing.
constexpr std::uint64_t kSampleEveryNs = 10'000'000;
// "Most samples" of fewer is chance: n >= 20 / (1 - q) for the median, as for every percentile that is printed.
constexpr std::uint64_t kFewestSamples = 40;

// By size: what the pause lets come at the steady rate, against what fits.
Pause pause_of(const ReaderEvidence& m) {
  if (!m.pause_ns) return Pause::unknown;
  if (*m.pause_ns < kShortestPauseNs) return Pause::harmless;
  if (!m.rate || !m.capacity) return Pause::unknown;
  const std::uint64_t came = capped_product(*m.rate, *m.pause_ns);  // datagrams, times 1e9
  if (came >= capped_product(*m.capacity, kSecond / 2)) return Pause::decisive;
  return came < capped_product(*m.capacity, kSecond / 4) ? Pause::harmless : Pause::between;
}

bool is_most(std::optional<std::uint64_t> part, std::uint64_t whole) { return part && *part >= whole - whole / 2; }

bool is_known_less(std::optional<std::uint64_t> part, std::uint64_t whole) { return part && !is_most(part, whole); }

bool is_asleep(char state) { return state == 'S' || state == 'D' || state == 'T' || state == 't'; }

// By samples of the thread, where the pause is longer than they are apart.
struct Sampled {
  bool waiting = false;
  bool sleeping = false;
  bool running = false;
};

Sampled sampled(const ReaderEvidence& m, std::uint64_t pause) {
  if (pause < kSampleEveryNs) return {};
  Sampled out;
  out.running = is_most(m.running_ns, pause);
  out.waiting = is_most(m.waiting_ns, pause);
  if (!m.state) return out;
  // The quota of its cgroup was used up: runnable to ps, and it does not run.
  const bool throttled = *m.state == 'R' && is_known_less(m.running_ns, pause) && is_most(m.throttled_ns, pause);
  out.waiting = out.waiting || throttled;
  out.sleeping = is_asleep(*m.state) && is_known_less(m.waiting_ns, pause);
  return out;
}

Spent spent_of(const ReaderEvidence& m) {
  if (!m.pause_ns || *m.pause_ns == 0) return Spent::unknown;
  const std::uint64_t pause = *m.pause_ns;
  Sampled seen = sampled(m, pause);
  if (m.off_cpu) {
    seen.waiting = seen.waiting || is_most(m.off_cpu->runnable_least_ns, pause);
    seen.sleeping = seen.sleeping || is_most(m.off_cpu->within_ns - m.off_cpu->runnable_most_ns, pause);
  }
  if (int{seen.waiting} + int{seen.sleeping} + int{seen.running} != 1) return Spent::unknown;
  if (seen.waiting) return Spent::waiting;
  return seen.sleeping ? Spent::sleeping : Spent::running;
}

// What it read in so much CPU time of its own, against what came then, or usually comes, in so much time.
Denied pace_of(const ReaderEvidence& m) {
  const Behind& behind = *m.behind;
  if (!behind.running_ns || !behind.reads || !behind.arrived) return Denied::unknown;
  const std::uint64_t usual = capped_product(*m.rate, *behind.running_ns);  // datagrams, times 1e9
  if (usual < kSecond) return Denied::keeps_up;                             // it hardly ran at all
  const std::uint64_t then = capped_product(*behind.arrived, *behind.running_ns) / behind.ns;
  const bool is_faster = *behind.reads > then && capped_product(*behind.reads, kSecond) > usual;
  return is_faster ? Denied::keeps_up : Denied::too_slow;
}

Denied denied_of(const ReaderEvidence& m) {
  if (!m.behind || !m.rate || !m.capacity || m.behind->denied_ns < kShortestPauseNs) return Denied::no;
  if (!is_most(m.behind->denied_ns, m.behind->ns)) return Denied::no;
  const bool fills = capped_product(*m.rate, m.behind->denied_ns) >= capped_product(*m.capacity, kSecond / 2);
  return fills ? pace_of(m) : Denied::no;
}

Queue queue_of(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (!m.full_share || !m.samples || *m.samples < kFewestSamples) return Queue::unknown;
  const bool rates_known = m.rate && m.read_rate;
  if (*m.full_share < kHalf) {
    return rates_known && !reader.keeps_up() ? Queue::contradicted : Queue::emptied;
  }
  // While the queue stood it read all the time: that cannot be more than came.
  const bool read_more_than_came =
      rates_known && capped_product(*m.read_rate, *m.full_share) > capped_product(*m.rate, kMillion);
  return read_more_than_came ? Queue::contradicted : Queue::stood;
}

// A hypervisor that stole less than the time that is to be explained does not explain it; of a sleeper it stole nothing.
bool steal_is_excluded(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  if (reader.is_denied()) return m.steal_ns && *m.steal_ns < std::max(waited_ns(m), m.behind->denied_ns);
  if (reader.pause == Pause::harmless || reader.spent == Spent::sleeping) return true;
  if (!m.steal_ns) return false;
  if (reader.spent == Spent::running) return *m.steal_ns < m.running_ns.value_or(0);
  return reader.spent == Spent::waiting && *m.steal_ns < waited_ns(m);
}

void exclude(ReaderCase& reader, Blame blame) { reader.remains[static_cast<std::size_t>(blame)] = false; }

void exclude_what_does_not_fit(ReaderCase& reader) {
  if (reader.is_denied()) {
    for (const Blame other : {Blame::burst, Blame::slow, Blame::stalled}) exclude(reader, other);
    return;
  }
  if (reader.pause == Pause::harmless) {
    exclude(reader, Blame::stalled);
    exclude(reader, Blame::starved);
  } else if (reader.spent == Spent::waiting) {
    exclude(reader, Blame::stalled);
  } else if (reader.spent != Spent::unknown) {
    exclude(reader, Blame::starved);
  }
  if (reader.pause == Pause::decisive || reader.queue == Queue::stood) exclude(reader, Blame::burst);
  const bool is_slow_beside = reader.denied == Denied::too_slow && reader.spent == Spent::waiting;
  if ((reader.pause == Pause::decisive && !is_slow_beside) || reader.queue == Queue::emptied)
    exclude(reader, Blame::slow);
}

// Reads went on, the queue is empty most of the time, and yet it was full: something larger than the buffer came.
bool burst_is_proved(const ReaderCase& reader) {
  const ReaderEvidence& m = reader.measured;
  return m.capacity && m.rate && m.burst_ns && m.burst_packets && *m.burst_packets > *m.capacity && reader.keeps_up();
}

// As empty as the kernel shows it: see "Careful" in the header.
bool is_drained(std::optional<std::uint64_t> queue, const ReaderEvidence& m) {
  return queue && m.rcvbuf && *queue <= *m.rcvbuf / 4;
}

}  // namespace

bool ReaderCase::is_alone(Blame blame) const { return is_left(blame) && std::ranges::count(remains, true) == 1; }

// Where one pause alone fills the buffer, what it did in that pause decides.
bool ReaderCase::is_denied() const {
  const bool slept_in_it = pause == Pause::decisive && (spent == Spent::sleeping || spent == Spent::running);
  return denied == Denied::keeps_up && !slept_in_it;
}

bool ReaderCase::keeps_up() const {
  const ReaderEvidence& m = measured;
  if (m.rate && m.read_rate && *m.read_rate > *m.rate) return true;
  // The rate of reads is taken where two samples in a row saw the queue: of a short burst there are none, and of a steady
  // flow it is what comes. A queue that was full and is empty 20 ms later tells as much, unless most of it was lost.
  return is_drained(m.queue_before, m) && is_drained(m.queue_after, m) && m.reads && m.dropped <= *m.reads;
}

ReaderCase reader_case(ReaderEvidence measured) {
  ReaderCase reader;
  reader.measured = std::move(measured);
  reader.pause = pause_of(reader.measured);
  reader.spent = spent_of(reader.measured);
  reader.denied = denied_of(reader.measured);
  reader.queue = queue_of(reader);
  reader.is_steal_excluded = steal_is_excluded(reader);
  exclude_what_does_not_fit(reader);
  return reader;
}

bool is_proved(const ReaderCase& reader, Blame blame) {
  if (!reader.is_alone(blame)) return false;
  switch (blame) {
    case Blame::burst:
      return burst_is_proved(reader);
    case Blame::slow:
      return reader.measured.rate && reader.measured.read_rate;
    case Blame::stalled:
    case Blame::starved:
      return reader.is_steal_excluded;
  }
  return false;
}

namespace {

std::uint64_t growth(const EvidenceView& view, const Episode& episode, std::string_view name) {
  return as_count(view.episode_value(episode, name).value_or(0));
}

// Without the kernel's word, by its counters: every datagram that a UDP socket of this network namespace refused was
// refused for a full buffer (__udp_queue_rcv_skb counts RcvbufErrors and InErrors; a filter or a checksum InErrors alone).
bool counters_say_full_buffer(const EvidenceView& view, const Episode& episode) {
  if (!view.of_episode(episode, "Udp.RcvbufErrors") || !view.of_episode(episode, "Udp.InErrors")) return false;
  const bool has_v6 = view.of_episode(episode, "Udp6InErrors").has_value();
  const std::uint64_t full = growth(view, episode, "Udp.RcvbufErrors");
  return full > 0 && full >= episode.drop->datagrams && full == growth(view, episode, "Udp.InErrors") &&
         (!has_v6 || growth(view, episode, "Udp6InErrors") == 0);
}

Severity severity_of(const Episode& episode) { return episode.lost > 0 ? Severity::critical : Severity::warning; }

Judgement unknown_reason(const Episode& episode) {
  Reason reason{"{units:unit} were dropped at the socket, and the kernel's reason is not known",
                {{"units", episode.drop->units}}};
  Judgement j = cannot_tell(episode.subject, std::move(reason), std::string(kDropsOneByOne));
  j.severity = severity_of(episode);
  return j;
}

std::vector<std::string_view> partners_of(const ReaderCase& reader, Blame self) {
  std::vector<std::string_view> partners;
  for (std::size_t i = 0; i < kBlamed.size(); ++i) {
    if (reader.remains[i] && i != static_cast<std::size_t>(self)) partners.push_back(kBlamed[i]);
  }
  return partners;
}

Judgement judged(const Episode& episode, const ReaderCase& reader, const Accusation& accusation) {
  const Blame self = accusation.blame;
  if (!reader.is_left(self)) return ruled_out(episode.subject, why_not(reader, self));
  if (reader.is_alone(self) && !is_proved(reader, self)) {
    Judgement j = cannot_tell(episode.subject, what_was_seen(reader, *episode.drop), what_decides(reader));
    j.severity = severity_of(episode);
    return j;
  }
  Judgement j = explains_drop(episode, accusation.place);
  if (is_proved(reader, self)) {
    j.because = accusation.because(reader);
    return j;
  }
  j.because = what_was_seen(reader, *episode.drop);
  j.undecided_with = partners_of(reader, self);
  j.missing = what_decides(reader);
  return j;
}

}  // namespace

std::vector<Judgement> judge_reader(const EvidenceView& view, const Episode& episode, const Accusation& accusation) {
  if (!is_drop(episode)) return {};
  if (!is_drop_by(episode, drop_reason::kSocketRcvbuff)) {
    if (!episode.drop->reason.empty() || !is_drop_at(episode, Checkpoint::socket)) return {};
    if (!counters_say_full_buffer(view, episode)) {
      if (accusation.blame != Blame::burst) return {};  // one of them speaks: nothing tells them apart
      return {unknown_reason(episode)};
    }
  }
  Judgement j = judged(episode, reader_case(reader_evidence(view, episode)), accusation);
  if (j.verdict != Verdict::ruled_out) {
    add_drop_evidence(j, view, episode);
    for (const EvidenceId id : reader_records(view, episode, accusation.shown)) j.evidence.push_back(id);
  }
  return {std::move(j)};
}

}  // namespace wirecause
