// SPDX-License-Identifier: Apache-2.0
#include "report/run_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/live_limits.hpp"
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

// A live run lasts from its start to its end, packets or not.
Totals totals_of(const Analysis& analysis) {
  Totals sums;
  for (const InputSummary& input : analysis.inputs) {
    sums.packets += input.packets;
    sums.truncated += input.truncated_packets;
    sums.malformed += input.malformed_packets;
    sums.undecoded += input.undecoded_packets;
    sums.filtered += input.filtered_packets;
    if (input.first != kNoTime && (sums.first == kNoTime || input.first < sums.first)) sums.first = input.first;
    if (input.last != kNoTime && input.last > sums.last) sums.last = input.last;
  }
  if (analysis.live) sums.first = analysis.live->started;
  if (analysis.live) sums.last = analysis.live->ended;
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

// Of a live run, whose length is told already.
std::string since_text(TimeNs first) {
  return fmt::format(" from {} {} {}", date_text(first), short_clock_text(first), offset_text(0));
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

// The file without its folder, or how many there are; --details has the paths.
std::string name_of(const std::vector<InputSummary>& inputs) {
  if (inputs.size() == 1) {
    const std::string& file = inputs.front().file;
    return file.substr(file.find_last_of('/') + 1);
  }
  return count_text(inputs.size(), "file");
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

std::string interfaces_text(const LiveSummary& live) {
  std::string out;
  for (std::size_t i = 0; i < live.interfaces.size(); ++i) {
    const LiveInterface& interface = live.interfaces[i];
    out += fmt::format("{}{}{}", i == 0 ? "" : ", ", interface.name, interface.is_join ? " joined" : "");
    const bool is_said_next = i + 1 < live.interfaces.size() && live.interfaces[i + 1].stamps == interface.stamps;
    if (!is_said_next && !interface.stamps.empty()) out += fmt::format(" ({} stamps)", interface.stamps);
  }
  return out.empty() ? std::string("nothing") : printable(out);
}

std::string healthy_line(const Analysis& analysis) {
  std::string volume = volume_text(totals_of(analysis));
  if (analysis.live) volume.insert(0, count_text(analysis.consumers.size(), "consumer") + ", ");
  const std::uint64_t connections = analysis.tcp.totals.connections;
  const std::string followed = count_text(connections, "TCP connection") + " followed; ";
  if (connections > 0) volume.insert(0, followed);
  const bool has_no_feed = analysis.feeds.empty();
  if (has_no_feed && connections == 0) return fmt::format("nothing to judge: no feed was recognised; {}", volume);
  const std::string seen = has_no_feed ? volume : fmt::format("{}; {}", feeds_text(analysis.feeds), volume);
  if (!has_numbers(analysis.feeds) && connections == 0)
    return fmt::format("nothing to judge: no numbered data; {}", seen);
  if (live_limit(Limit::drops_unnamed, analysis).count > 0) {
    return fmt::format("units were dropped on this host, and no cause is named: {}", seen);
  }
  if (is_blind(analysis)) return fmt::format("nothing wrong was seen, but not everything could be: {}", seen);
  return fmt::format("nothing wrong: {}", seen);
}

Field inputs_field(const Analysis& analysis, int keep, std::size_t width) {
  const Totals sums = totals_of(analysis);
  const bool is_live = analysis.live.has_value();
  const std::string from = is_live ? interfaces_text(*analysis.live) : name_of(analysis.inputs);
  std::string line = fmt::format("{}: {}", from, volume_text(sums));
  const auto add = [&line](std::uint64_t count, std::string_view what) {
    if (count > 0) line += fmt::format(", {} {}", number_text(count), what);
  };
  add(sums.truncated, "truncated");
  add(sums.malformed, "malformed");
  add(sums.undecoded, "of unknown kind");
  add(sums.filtered, "left out");
  if (!has_times(sums)) return field(is_live ? "watched" : "read", line, keep, width);
  if (is_live) return field("watched", line + since_text(sums.first), keep, width);
  return field("read", line + "; " + span_text(sums), keep, width);
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
