// SPDX-License-Identifier: Apache-2.0
#include "report/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "evidence/episode.hpp"

namespace wirecause {
namespace {

struct Advice {
  Limit limit;
  std::string_view id;
  std::string_view noun;  // counted, in front of the text; empty where nothing is counted
  std::string_view text;
  std::string_view remedy;
};

constexpr std::array<Advice, 19> kAdvice{{
    {Limit::no_packets, "no_packets", "", "no packet was read", "check that the file is the capture that was meant"},
    {Limit::window_empty, "window_empty", "packet", "read, no packet in the window of --from and --to",
     "give a window within the times of the capture (capinfos FILE); a time of day is UTC"},
    {Limit::options_unmatched, "options_unmatched", "option", "matched nothing",
     "compare the options with the streams that were seen (--details lists those of no known framing)"},
    {Limit::headers_cut, "headers_cut", "packet", "captured too short to recognise a feed",
     "capture whole packets (tcpdump -s 0, dumpcap without -s)"},
    {Limit::capture_dropped, "capture_dropped", "packet", "dropped by the capture itself",
     "capture with a larger buffer (dumpcap -B 256); wirecause explain capture_dropped"},
    {Limit::input_cut, "input_cut", "input", "cut inside a record: read to the last whole packet",
     "stop the capture before copying its file, or copy it again"},
    {Limit::records_damaged, "records_damaged", "record", "damaged and skipped",
     "copy the file again, compare checksums"},
    {Limit::evicted, "evicted", "tracked item", "(streams or holes) given up because a bounded table was full",
     "analyse fewer streams or a shorter time at once (--from, --to)"},
    {Limit::suppressed, "suppressed", "evidence record", "not kept because a bounded list was full",
     "analyse a shorter time at once (--from, --to)"},
    {Limit::latency_negative, "latency_negative", "message",
     "captured before the send time, by more than --clock-error: left out of the latency",
     "give the real bound (the offsets of ptp4l and phc2sys on both sides), or leave --clock-error out"},
    {Limit::packets_truncated, "packets_truncated", "packet", "captured shorter than on the wire",
     "capture whole packets (tcpdump -s 0, dumpcap without -s)"},
    {Limit::fragments, "fragments", "IP fragment", "not reassembled",
     "let the publisher send datagrams that fit the MTU"},
    {Limit::datagrams_malformed, "datagrams_malformed", "datagram",
     "of a feed in contradiction to its framing: what they brought counts as missing",
     "look at them in Wireshark: damaged on the way, or of another kind than the feed"},
    {Limit::packets_undecoded, "packets_undecoded", "packet", "of a kind that is not followed",
     "see inputs[].undecoded of --json"},
    {Limit::streams_unrecognised, "streams_unrecognised", "stream", "of no known framing",
     "name it with --framing (wirecause list protocols); 'generic:' describes one of your own"},
    {Limit::feeds_too_small, "feeds_too_small", "feed", "of fewer than 16 packets on every line: counted, not judged",
     "capture for longer"},
    {Limit::messages_uncounted, "messages_uncounted", "feed",
     "whose framing numbers packets: how many messages a lost packet held is unknown",
     "count messages of the other line"},
    {Limit::latency_relative, "latency_relative", "feed",
     "whose send and capture clocks are not tied: latency above its own floor",
     "capture with hardware time stamps of a PTP-disciplined clock"},
    {Limit::capture_drops_unknown, "capture_drops_unknown", "input", "without a count of what the capture dropped",
     "capture to pcapng with dumpcap, which records its drops"},
}};

const Advice& advice_for(Limit limit) {
  for (const Advice& advice : kAdvice) {
    if (advice.limit == limit) return advice;
  }
  return kAdvice.front();
}

template <class T, class F>
std::uint64_t count_where(const std::vector<T>& items, F&& holds) {
  std::uint64_t count = 0;
  for (const T& item : items) count += holds(item) ? 1U : 0U;
  return count;
}

template <class F>
std::uint64_t sum_over(const std::vector<InputSummary>& inputs, F&& figure) {
  std::uint64_t sum = 0;
  for (const InputSummary& input : inputs) sum += figure(input);
  return sum;
}

std::uint64_t filtered(const std::vector<InputSummary>& inputs) {
  return sum_over(inputs, [](const InputSummary& i) { return i.filtered_packets; });
}

std::uint64_t truncated(const std::vector<InputSummary>& inputs) {
  return sum_over(inputs, [](const InputSummary& i) { return i.truncated_packets; });
}

std::string_view text_of(UnmatchedOption::Why why) {
  switch (why) {
    case UnmatchedOption::Why::not_seen:
      return "no datagram";
    case UnmatchedOption::Why::not_recognised:
      return "not recognised";
    case UnmatchedOption::Why::not_joined:
      return "not lines of one protocol and channel";
  }
  return {};
}

// "--pair 239.9.9.9:1 (no datagram), --framing opra (not recognised)"
std::string which_options(const std::vector<UnmatchedOption>& unmatched) {
  std::string which;
  for (const UnmatchedOption& option : unmatched) {
    which += fmt::format("{}{} ({})", which.empty() ? "" : ", ", option.option, text_of(option.why));
  }
  return which;
}

bool is_small(const FeedSummary& feed) {
  std::uint64_t most = 0;
  for (const LineSummary& line : feed.lines) most = std::max(most, line.packets);
  return most < kFewestPackets;
}

std::uint64_t negative_latencies(const std::vector<FeedSummary>& feeds) {
  std::uint64_t sum = 0;
  for (const FeedSummary& feed : feeds) sum += feed.latency ? feed.latency->negative : 0;
  return sum;
}

bool lost_uncounted_messages(const FeedSummary& feed) {
  return count_where(feed.lines, [](const LineSummary& line) { return line.lost > 0 && !line.messages_lost; }) > 0;
}

std::uint64_t count_of(Limit limit, const Analysis& analysis) {
  const auto& inputs = analysis.inputs;
  switch (limit) {
    case Limit::no_packets:
      return analysis.observer.packets_seen == 0 && filtered(inputs) == 0 ? 1 : 0;
    case Limit::window_empty:
      return analysis.observer.packets_seen == 0 ? filtered(inputs) : 0;
    case Limit::options_unmatched:
      return analysis.observer.unmatched.size();
    case Limit::headers_cut:
      return analysis.unrecognised_cut_packets;
    case Limit::capture_dropped:
      return analysis.observer.dropped_by_capture.value_or(0);
    case Limit::input_cut:
      return count_where(inputs, [](const InputSummary& i) { return i.cut.has_value(); });
    case Limit::records_damaged:
      return sum_over(inputs, [](const InputSummary& i) { return i.damaged_records; });
    case Limit::evicted:
      return analysis.observer.evicted;
    case Limit::suppressed:
      return analysis.observer.suppressed;
    case Limit::latency_negative:
      return negative_latencies(analysis.feeds);
    case Limit::packets_truncated:
      return analysis.unrecognised_cut_packets != 0 ? 0 : truncated(inputs);  // headers_cut says it
    case Limit::fragments:
      return sum_over(inputs, [](const InputSummary& i) { return i.fragments; });
    case Limit::datagrams_malformed:
      return analysis.observer.malformed_datagrams;
    case Limit::packets_undecoded:
      return sum_over(inputs, [](const InputSummary& i) { return i.undecoded_packets; });
    case Limit::streams_unrecognised:
      return analysis.unrecognised_total;
    case Limit::feeds_too_small:
      return count_where(analysis.feeds, is_small);
    case Limit::messages_uncounted:
      return count_where(analysis.feeds, lost_uncounted_messages);
    case Limit::latency_relative:
      return count_where(analysis.feeds, [](const FeedSummary& f) { return f.latency && f.latency->relative; });
    case Limit::capture_drops_unknown:
      return count_where(inputs, [](const InputSummary& i) { return !i.dropped.has_value(); });
  }
  return 0;
}

}  // namespace

std::vector<LimitSeen> limits_of(const Analysis& analysis) {
  std::vector<LimitSeen> seen;
  for (const Advice& advice : kAdvice) {
    const std::uint64_t count = count_of(advice.limit, analysis);
    if (count == 0) continue;
    seen.push_back({advice.limit, count});
    if (advice.limit == Limit::options_unmatched) seen.back().which = which_options(analysis.observer.unmatched);
  }
  return seen;
}

std::vector<std::string> blind_sentences(const Analysis& analysis) {
  std::vector<std::string> sentences;
  for (const LimitSeen& seen : limits_of(analysis)) {
    if (is_blindness(seen.limit, analysis)) sentences.push_back(text_of(seen));
  }
  return sentences;
}

bool is_blind(const Analysis& analysis) { return !blind_sentences(analysis).empty(); }

std::string_view id_of(Limit limit) { return advice_for(limit).id; }

std::string text_of(const LimitSeen& limit) {
  const Advice& advice = advice_for(limit.limit);
  if (advice.noun.empty()) return std::string(advice.text);
  const std::string sentence = fmt::format("{} {}", count_text(limit.count, advice.noun), advice.text);
  return limit.which.empty() ? sentence : fmt::format("{}: {}", sentence, limit.which);
}

std::string_view remedy_of(Limit limit) { return advice_for(limit).remedy; }

bool is_blindness(Limit limit, const Analysis& analysis) {
  switch (limit) {
    case Limit::fragments:
      return analysis.observer.fragmented_feeds != 0;
    case Limit::no_packets:
    case Limit::window_empty:
    case Limit::options_unmatched:
    case Limit::headers_cut:
    case Limit::capture_dropped:
    case Limit::input_cut:
    case Limit::records_damaged:
    case Limit::evicted:
    case Limit::suppressed:
    case Limit::latency_negative:
      return true;
    default:
      return false;
  }
}

}  // namespace wirecause
