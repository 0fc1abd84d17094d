// SPDX-License-Identifier: Apache-2.0
#include "report/run_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

struct Totals {
  std::uint64_t packets = 0;
  std::uint64_t truncated = 0;
  std::uint64_t malformed = 0;
  std::uint64_t undecoded = 0;
  std::uint64_t filtered = 0;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
};

Totals totals_of(const std::vector<InputSummary>& inputs) {
  Totals sums;
  for (const InputSummary& input : inputs) {
    sums.packets += input.packets;
    sums.truncated += input.truncated_packets;
    sums.malformed += input.malformed_packets;
    sums.undecoded += input.undecoded_packets;
    sums.filtered += input.filtered_packets;
    if (input.first != kNoTime && (sums.first == kNoTime || input.first < sums.first)) sums.first = input.first;
    if (input.last != kNoTime && input.last > sums.last) sums.last = input.last;
  }
  return sums;
}

bool has_times(const Totals& sums) { return sums.first != kNoTime && sums.last != kNoTime; }

// "13 022 packets, 400.455 s"
std::string volume_text(const Totals& sums) {
  std::string out = count_text(sums.packets, "packet");
  if (has_times(sums)) out += ", " + duration_text(sums.last - sums.first);
  return out;
}

std::string span_text(const Totals& sums) {
  if (!has_times(sums)) return {};
  const bool same_day = date_text(sums.first) == date_text(sums.last);
  const std::string last = (same_day ? "" : date_text(sums.last) + " ") + short_clock_text(sums.last);
  return fmt::format("{} {} – {} {}", date_text(sums.first), short_clock_text(sums.first), last, offset_text(0));
}

std::string delivered_text(const std::vector<FeedSummary>& feeds, SequenceUnit unit) {
  std::uint64_t expected = 0;
  std::uint64_t delivered = 0;
  for (const FeedSummary& feed : feeds) {
    if (feed.unit != unit) continue;
    expected += feed.arbitrated.expected;
    delivered += feed.arbitrated.delivered;
  }
  if (expected == 0) return {};
  return fmt::format(", {} of {} delivered", number_text(delivered), count_text(expected, text(unit)));
}

// Units that a line had not brought when the capture ended, and that were not yet lost.
std::string open_text(const std::vector<FeedSummary>& feeds) {
  std::uint64_t open = 0;
  for (const FeedSummary& feed : feeds) {
    for (const LineSummary& line : feed.lines) open += line.tail_unknown;
  }
  return open == 0 ? std::string() : fmt::format(", {} open at the end", count_text(open, "unit"));
}

std::string feeds_text(const std::vector<FeedSummary>& feeds) {
  std::uint64_t lines = 0;
  for (const FeedSummary& feed : feeds) lines += feed.lines.size();
  return fmt::format("{}, {}{}{}{}", count_text(feeds.size(), "feed"), count_text(lines, "line"),
                     delivered_text(feeds, SequenceUnit::message), delivered_text(feeds, SequenceUnit::packet),
                     open_text(feeds));
}

bool has_numbers(const std::vector<FeedSummary>& feeds) {
  return std::any_of(feeds.begin(), feeds.end(), [](const FeedSummary& feed) { return feed.arbitrated.expected > 0; });
}

// Of a live run also who read, and how long it lasted, packets or not.
std::string volume_of(const Analysis& analysis) {
  Totals sums = totals_of(analysis.inputs);
  if (!analysis.live) return volume_text(sums);
  sums.first = analysis.live->started;
  sums.last = analysis.live->ended;
  return fmt::format("{}, {}", count_text(analysis.consumers.size(), "consumer"), volume_text(sums));
}

// The file without its folder, or how many there are; --details has the paths.
std::string name_of(const std::vector<InputSummary>& inputs) {
  if (inputs.size() == 1) {
    const std::string& file = inputs.front().file;
    return file.substr(file.find_last_of('/') + 1);
  }
  return count_text(inputs.size(), "file");
}

// "eth0 (hardware stamps), eth1 (software stamps), 239.1.1.1:26477 joined"
std::string interfaces_text(const LiveSummary& live) {
  std::string out;
  for (const LiveInterface& interface : live.interfaces) {
    out += (out.empty() ? "" : ", ") + interface_text(interface);
  }
  return out.empty() ? std::string("nothing") : out;
}

// What was not seen, what makes the run blind first. The lines above have said already what was not recognised and what was
// of unknown kind.
std::vector<std::string> unseen_sentences(const Analysis& analysis) {
  std::vector<std::string> sentences = blind_sentences(analysis);
  for (const LimitSeen& seen : limits_of(analysis)) {
    const bool is_said = is_blindness(seen.limit, analysis) || seen.limit == Limit::streams_unrecognised ||
                         seen.limit == Limit::packets_undecoded;
    if (!is_said) sentences.push_back(text_of(seen));
  }
  return sentences;
}

}  // namespace

std::string interface_text(const LiveInterface& interface) {
  const std::string stamps = interface.stamps.empty() ? std::string() : fmt::format(" ({} stamps)", interface.stamps);
  return printable(fmt::format("{}{}{}", interface.name, interface.is_join ? " joined" : "", stamps));
}

std::string healthy_line(const Analysis& analysis) {
  const std::string volume = volume_of(analysis);
  if (analysis.feeds.empty()) return fmt::format("nothing to judge: no feed was recognised; {}", volume);
  const std::string seen = fmt::format("{}; {}", feeds_text(analysis.feeds), volume);
  if (!has_numbers(analysis.feeds)) return fmt::format("nothing to judge: no numbered data; {}", seen);
  if (is_blind(analysis)) return fmt::format("nothing wrong was seen, but not everything could be: {}", seen);
  return fmt::format("nothing wrong: {}", seen);
}

Field inputs_field(const Analysis& analysis, int keep, std::size_t width) {
  Totals sums = totals_of(analysis.inputs);
  const bool is_live = analysis.live.has_value();
  if (is_live) sums.first = analysis.live->started;
  if (is_live) sums.last = analysis.live->ended;
  const std::string from = is_live ? interfaces_text(*analysis.live) : name_of(analysis.inputs);
  std::string line = fmt::format("{}: {}", from, volume_text(sums));
  const auto add = [&line](std::uint64_t count, std::string_view what) {
    if (count > 0) line += fmt::format(", {} {}", number_text(count), what);
  };
  add(sums.truncated, "truncated");
  add(sums.malformed, "malformed");
  add(sums.undecoded, "of unknown kind");
  add(sums.filtered, "left out");
  if (has_times(sums)) line += "; " + span_text(sums);
  return field(is_live ? "watched" : "read", line, keep, width);
}

Field unrecognised_field(const Analysis& analysis, int keep, std::size_t width) {
  if (analysis.unrecognised_total == 0) return {};
  constexpr std::size_t kTop = 3;
  std::string line = count_text(analysis.unrecognised_total, "stream");
  for (std::size_t i = 0; i < std::min(kTop, analysis.unrecognised.size()); ++i) {
    const UnrecognisedStream& stream = analysis.unrecognised[i];
    line += fmt::format("{} {} {}", i == 0 ? ":" : ",", endpoint_text(stream.group, stream.port),
                        count_text(stream.packets, "packet"));
  }
  if (analysis.unrecognised_total > kTop) line += ", …";
  return field("unknown", line, keep, width);
}

Field observer_field(const Analysis& analysis, int keep, std::size_t width) {
  std::string line;
  for (const std::string& sentence : unseen_sentences(analysis)) line += (line.empty() ? "" : "; ") + sentence;
  if (line.empty() && analysis.live) line = "nothing: every packet that the tap saw was read, every drop was told";
  if (line.empty()) line = "nothing: every packet that the capture saw was kept and read";
  return field("unseen", line, keep, width);
}

}  // namespace wirecause
