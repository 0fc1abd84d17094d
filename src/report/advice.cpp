// SPDX-License-Identifier: Apache-2.0
#include "report/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "evidence/episode.hpp"
#include "report/advice_table.hpp"
#include "report/live_limits.hpp"

namespace wirecause {
namespace {

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

// Off line what the captures state; live what our own taps lost.
std::uint64_t dropped_by_capture(const Analysis& analysis) {
  return analysis.live ? tap_dropped(*analysis.live) : analysis.observer.dropped_by_capture.value_or(0);
}

// A tap always counts.
std::uint64_t inputs_without_count(const Analysis& analysis) {
  if (analysis.live) return 0;
  return count_where(analysis.inputs, [](const InputSummary& i) { return !i.dropped.has_value(); });
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
      return dropped_by_capture(analysis);
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
      return inputs_without_count(analysis);
    default:
      return 0;  // of live runs only: live_limit()
  }
}

LimitSeen seen_of(Limit limit, const Analysis& analysis) {
  LimitSeen seen = live_limit(limit, analysis);
  if (seen.count == 0) seen = {limit, count_of(limit, analysis)};
  if (limit == Limit::options_unmatched) seen.which = which_options(analysis.observer.unmatched);
  seen.is_live = analysis.live.has_value();
  return seen;
}

}  // namespace

std::vector<LimitSeen> limits_of(const Analysis& analysis) {
  std::vector<LimitSeen> limits;
  for (const Limit limit : all_limits()) {
    LimitSeen seen = seen_of(limit, analysis);
    if (seen.count != 0) limits.push_back(std::move(seen));
  }
  return limits;
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
  const std::string_view text = limit.is_live && !advice.live_text.empty() ? advice.live_text : advice.text;
  if (advice.noun.empty()) return std::string(text);
  const std::string sentence = fmt::format("{} {}", count_text(limit.count, advice.noun), text);
  return limit.which.empty() ? sentence : fmt::format("{}: {}", sentence, limit.which);
}

std::string_view remedy_of(const LimitSeen& limit) {
  const Advice& advice = advice_for(limit.limit);
  return limit.is_live && !advice.live_remedy.empty() ? advice.live_remedy : advice.remedy;
}

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
    case Limit::own_socket_dropped:
    case Limit::loss_unobserved:
    case Limit::consumers_unseen:
    case Limit::units_unexplained:
    case Limit::drops_unnamed:
    case Limit::evicted:
    case Limit::suppressed:
    case Limit::latency_negative:
      return true;
    default:
      return false;
  }
}

}  // namespace wirecause
