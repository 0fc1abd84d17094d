// SPDX-License-Identifier: Apache-2.0
#include "diagnose/reader_evidence.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

const Record* measured(const EvidenceView& view, const Episode& episode, std::string_view name) {
  const auto id = view.of_episode(episode, name);
  return id ? &view.record(*id) : nullptr;
}

std::optional<std::uint64_t> count_of(const Record* record) {
  return record == nullptr ? std::nullopt : std::optional(as_count(record->value));
}

// A rate or a size of nothing is no rate and no size.
std::optional<std::uint64_t> positive(std::optional<std::uint64_t> count) {
  return count && *count > 0 ? count : std::nullopt;
}

std::string text_of(const Record* record) { return record == nullptr ? std::string() : printable(record->text); }

void add_socket(ReaderEvidence& out, const EvidenceView& view, const Episode& episode) {
  out.rcvbuf = positive(count_of(view.find("socket.rcvbuf", episode.subject)));
  out.truesize = positive(count_of(measured(view, episode, "drop.truesize")));
  if (out.rcvbuf && out.truesize) out.capacity = std::max<std::uint64_t>(1, *out.rcvbuf / *out.truesize);
  out.full_share = count_of(measured(view, episode, "socket.queue_full_share"));
  out.samples = count_of(measured(view, episode, "socket.queue_samples"));
  out.queue_before = count_of(measured(view, episode, "socket.queue_before"));
  out.queue_after = count_of(measured(view, episode, "socket.queue_after"));
}

void add_arrivals(ReaderEvidence& out, const EvidenceView& view, const Episode& episode) {
  out.rate = positive(count_of(measured(view, episode, "arrival.rate")));
  out.burst_packets = count_of(measured(view, episode, "arrival.burst_packets"));
  out.burst_ns = count_of(measured(view, episode, "arrival.burst"));
}

// A record that says when it was, and not only in which window it was measured.
bool is_placed(const Record& record) {
  return record.from != kNoTime && record.to != kNoTime && (record.to - record.from).ns == record.value;
}

std::uint64_t overlap_ns(const Record& a, const Record& b) {
  const TimeNs from = later(a.from, b.from);
  const TimeNs to = std::min(a.to, b.to);
  return as_count((to - from).ns);
}

// It may lie beside the pause in part, and its runnable part in either part of it: hence a least and a most.
std::optional<OffCpuInPause> off_cpu_in(const Record* pause, const Record* off, std::uint64_t runnable) {
  if (pause == nullptr || off == nullptr || !is_placed(*pause) || !is_placed(*off)) return std::nullopt;
  const std::uint64_t whole = as_count(off->value);
  OffCpuInPause out;
  out.within_ns = std::min({overlap_ns(*pause, *off), whole, as_count(pause->value)});
  const std::uint64_t beside = whole - out.within_ns;
  out.runnable_least_ns = runnable > beside ? std::min(runnable - beside, out.within_ns) : 0;
  out.runnable_most_ns = std::min(runnable, out.within_ns);
  return out;
}

// "Of that pause": no part is larger than the whole, whatever the samples' edges made of it.
std::optional<std::uint64_t> part_of(std::optional<std::uint64_t> part, std::uint64_t whole) {
  return part ? std::optional(std::min(*part, whole)) : std::nullopt;
}

void add_reads(ReaderEvidence& out, const EvidenceView& view, const Episode& episode) {
  out.reads = count_of(measured(view, episode, "reader.reads"));
  out.read_rate = positive(count_of(measured(view, episode, "reader.read_rate")));
  const Record* const pause = measured(view, episode, "reader.longest_gap");
  out.pause_ns = count_of(pause);
  if (!out.pause_ns) return;
  out.waiting_ns = part_of(count_of(measured(view, episode, "reader.run_delay")), *out.pause_ns);
  out.running_ns = part_of(count_of(measured(view, episode, "reader.on_cpu")), *out.pause_ns);
  const Record* const off = measured(view, episode, "reader.off_cpu");
  const auto runnable = count_of(measured(view, episode, "reader.off_cpu_runnable"));
  if (runnable) out.off_cpu = off_cpu_in(pause, off, *runnable);
  if (off != nullptr && runnable.value_or(0) >= *out.pause_ns - *out.pause_ns / 2) out.instead = printable(off->text);
  const Record* const state = measured(view, episode, "reader.state");
  if (state != nullptr && state->value > ' ' && state->value <= '~') out.state = static_cast<char>(state->value);
  out.waits_in = text_of(state);
}

void add_behind(ReaderEvidence& out, const EvidenceView& view, const Episode& episode) {
  const auto whole = positive(count_of(measured(view, episode, "reader.behind")));
  const auto delay = part_of(count_of(measured(view, episode, "reader.behind_run_delay")), whole.value_or(0));
  const auto throttled = part_of(count_of(measured(view, episode, "cgroup.behind_throttled")), whole.value_or(0));
  if (!whole || (!delay && !throttled)) return;
  out.behind = Behind{*whole,
                      std::max(delay.value_or(0), throttled.value_or(0)),
                      part_of(count_of(measured(view, episode, "reader.behind_on_cpu")), *whole),
                      throttled,
                      count_of(measured(view, episode, "reader.behind_reads")),
                      count_of(measured(view, episode, "reader.behind_arrived"))};
}

void add_cgroup(ReaderEvidence& out, const EvidenceView& view, const Episode& episode) {
  out.throttled_ns = count_of(measured(view, episode, "cgroup.throttled"));
  out.cgroup = text_of(measured(view, episode, "cgroup.path"));
  const auto quota = count_of(measured(view, episode, "cgroup.quota"));
  const auto period = positive(count_of(measured(view, episode, "cgroup.period")));
  if (!quota || !period) return;
  out.quota_ns = quota;
  out.period_ns = period;
}

// Growth is attached for each CPU on which it moved, and for the host their sum: a CPU without a record lost nothing, once
// the sum is there.
std::optional<std::uint64_t> steal_of(const EvidenceView& view, const Episode& episode) {
  const auto cpus = view.value("reader.affinity", episode.subject);
  const auto cpu = view.value("reader.cpu", episode.subject);
  const bool is_pinned = cpus == 1 && cpu && *cpu >= 0;
  std::optional<std::uint64_t> largest;
  for (const EvidenceId id : episode.evidence) {
    const Record& record = view.record(id);
    if (record.name != "cpu.steal") continue;
    const bool is_sum = record.subject.kind == SubjectKind::host;
    const bool is_other = is_pinned && record.subject.id != static_cast<std::uint32_t>(*cpu);
    if (!is_sum && is_other) continue;
    largest = std::max(largest.value_or(0), is_sum ? 0 : as_count(record.value));
  }
  return largest;
}

}  // namespace

std::uint64_t waited_ns(const ReaderEvidence& measured) {
  const std::uint64_t pause = measured.pause_ns.value_or(0);
  const std::uint64_t off_cpu = measured.off_cpu ? measured.off_cpu->runnable_least_ns : 0;
  const std::uint64_t seen = std::max(measured.waiting_ns.value_or(0), off_cpu);
  return seen >= pause - pause / 2 ? seen : std::max(seen, std::min(measured.throttled_ns.value_or(0), pause));
}

ReaderEvidence reader_evidence(const EvidenceView& view, const Episode& episode) {
  ReaderEvidence out;
  add_socket(out, view, episode);
  add_arrivals(out, view, episode);
  add_reads(out, view, episode);
  add_behind(out, view, episode);
  add_cgroup(out, view, episode);
  out.steal_ns = steal_of(view, episode);
  out.reader = text_of(view.find("reader.command", episode.subject));
  out.dropped = episode.drop ? episode.drop->datagrams : 0;
  return out;
}

std::vector<EvidenceId> reader_records(const EvidenceView& view, const Episode& episode,
                                       std::span<const std::string_view> names) {
  std::vector<EvidenceId> ids;
  for (const std::string_view name : names) {
    auto id = view.of_episode(episode, name);
    if (!id) id = view.id(name, episode.subject);
    if (id) ids.push_back(*id);
  }
  return ids;
}

}  // namespace wirecause
