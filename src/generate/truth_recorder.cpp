// SPDX-License-Identifier: Apache-2.0
#include "generate/truth_recorder.hpp"

#include <algorithm>

#include "generate/number_space.hpp"
#include "generate/truth_epoch.hpp"

namespace wirecause::generate {
namespace {

constexpr DurationNs kOutage = seconds(1);  // DESIGN D3

// Whether any line but `line` brought data in [from, to].
bool others_went_on(const std::vector<std::vector<Seen>>& lines, std::size_t line, TimeNs from, TimeNs to) {
  for (std::size_t other = 0; other < lines.size(); ++other) {
    if (other == line) continue;
    for (const Seen& packet : lines[other])
      if (packet.kind == PublishedKind::data && packet.stamp >= from && packet.stamp <= to) return true;
  }
  return false;
}

// The times of at least kOutage in which a line brought nothing while another was still bringing data at the end of
// kOutage.
std::vector<Silence> silences_of(const std::vector<std::vector<Seen>>& lines, std::size_t line, TimeNs first,
                                 TimeNs last) {
  std::vector<Silence> out;
  const auto note = [&](TimeNs from, TimeNs to) {
    if (to - from >= kOutage && others_went_on(lines, line, from + kOutage, to)) out.push_back({from, to});
  };
  TimeNs before = first;
  for (const Seen& packet : lines[line]) {
    note(before, packet.stamp);
    before = packet.stamp;
  }
  note(before, last + nanoseconds(1));
  return out;
}

std::vector<Seen> of_epoch(const std::vector<Seen>& seen, std::uint32_t epoch) {
  std::vector<Seen> out;
  std::copy_if(seen.begin(), seen.end(), std::back_inserter(out),
               [epoch](const Seen& packet) { return packet.epoch == epoch; });
  return out;
}

void count_packets(const std::vector<Seen>& seen, LineTruth& out) {
  std::uint32_t epochs = 0;
  std::uint32_t epoch = 0;
  for (const Seen& packet : seen) {
    ++out.packets;
    if (packet.kind == PublishedKind::heartbeat) ++out.heartbeats;
    if (packet.kind == PublishedKind::retransmission) out.retransmissions += packet.units;
    if (packet.kind == PublishedKind::data) {
      ++out.data_packets;
      out.messages += packet.messages;
    }
    if (epochs == 0 || packet.epoch > epoch) {
      ++epochs;
      epoch = packet.epoch;
    }
  }
  out.resets = epochs == 0 ? 0 : epochs - 1;
}

// Wire numbers of the first unit that the line brought and of the highest one of its last epoch.
void note_ends(const std::vector<Seen>& seen, const FramingWriter& framing, const std::vector<Epoch>& epochs,
               LineTruth& out) {
  bool any = false;
  std::uint32_t epoch = 0;
  std::uint64_t highest = 0;
  for (const Seen& packet : seen) {
    if (packet.units == 0 || packet.kind == PublishedKind::retransmission) continue;
    if (!any) out.first_sequence = wire_number(framing, epochs[packet.epoch].start, packet.unit);
    const std::uint64_t last = packet.unit + packet.units - 1;
    highest = !any || packet.epoch > epoch ? last : packet.epoch == epoch ? std::max(highest, last) : highest;
    epoch = any ? std::max(epoch, packet.epoch) : packet.epoch;
    any = true;
  }
  if (any) out.last_sequence = wire_number(framing, epochs[epoch].start, highest);
}

void append_gaps(std::vector<TruthGap> gaps, const FramingWriter& framing, const Epoch& epoch,
                 std::vector<TruthGap>& out) {
  for (TruthGap& gap : gaps) {
    gap.first_sequence = wire_number(framing, epoch.start, gap.first_sequence);
    out.push_back(gap);
  }
}

}  // namespace

TruthRecorder::TruthRecorder(const FeedPlan& plan, bool wants_truth)
    : plan_(plan), wants_truth_(wants_truth), lines_(plan.lines), copies_(plan.lines) {}

void TruthRecorder::published(const Published& published) {
  if (published.kind == PublishedKind::data) ++data_packets_;
  if (published.epoch >= epochs_.size()) {
    // The first packet of an epoch begins at its unit 0.
    epochs_.push_back({published.packet.first, 0});
  }
  epochs_[published.epoch].units = std::max(epochs_[published.epoch].units, published.unit + published.packet.units);
}

void TruthRecorder::seen(std::uint32_t line, const Published& published, TimeNs stamp) {
  if (!wants_truth_) return;
  const Seen seen{stamp,           published.unit, published.packet.units, published.packet.messages,
                  published.epoch, published.kind};
  if (published.kind == PublishedKind::retransmission) retransmitted_.push_back(seen);
  if (line != kRetransmissionChannel) lines_[line].push_back(seen);
}

void TruthRecorder::capture_copy(std::uint32_t line, const Published& published) {
  if (line != kRetransmissionChannel) copies_[line] += published.packet.units;
}

void TruthRecorder::finish(TimeNs first, TimeNs last, FeedTruth& out) const {
  out.epochs = epochs_.size();
  out.data_packets = data_packets_;
  for (const Epoch& epoch : epochs_) out.units += epoch.units;
  if (!wants_truth_) return;

  std::vector<bool> is_visible;
  std::vector<std::vector<Silence>> silences;
  for (std::size_t l = 0; l < lines_.size(); ++l) {
    is_visible.push_back(!lines_[l].empty());
    silences.push_back(silences_of(lines_, l, first, last));
    count_packets(lines_[l], out.lines[l]);
    note_ends(lines_[l], *plan_.framing, epochs_, out.lines[l]);
    out.lines[l].capture_copies = copies_[l];
  }

  std::vector<EpochTruth> decided;
  for (std::uint32_t e = 0; e < epochs_.size(); ++e) {
    std::vector<LineUnits> lines;
    for (const std::vector<Seen>& seen : lines_) lines.emplace_back(of_epoch(seen, e), epochs_[e].units);
    std::vector<bool> again(epochs_[e].units);
    for (const Seen& seen : retransmitted_)
      for (std::uint32_t i = 0; seen.epoch == e && i < seen.units; ++i) again[seen.unit + i] = true;
    out.largest_lag = std::max(out.largest_lag, EpochTruth::largest_lag(lines, epochs_[e].units));
    decided.emplace_back(std::move(lines), is_visible, std::move(again),
                         EpochSetting{e, e == 0, e + 1 == epochs_.size(), first, last});
  }
  for (std::uint32_t e = 0; e < decided.size(); ++e) {
    decided[e].decide(out.largest_lag, silences);
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      decided[e].add_to(l, out.lines[l]);
      append_gaps(decided[e].gaps(l), *plan_.framing, epochs_[e], out.lines[l].gaps);
    }
    decided[e].add_to(out.arbitrated);
    append_gaps(decided[e].arbitrated_gaps(), *plan_.framing, epochs_[e], out.arbitrated.gaps);
  }
}

}  // namespace wirecause::generate
