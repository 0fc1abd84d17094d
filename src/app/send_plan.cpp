// SPDX-License-Identifier: Apache-2.0
#include "app/send_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "generate/plan_text.hpp"
#include "generate/presets.hpp"

namespace wirecause {
namespace {

using namespace generate;  // its words for plans and faults

constexpr std::uint64_t kMaxFeeds = 4096;

// Reads an option with `parse` into `out`; leaves `out` alone when it was not given.
template <class T, class Parse>
Result<void> read(const Arguments& arguments, std::string_view option, Parse parse, T& out) {
  const auto typed = arguments.value(option);
  if (!typed) return {};
  auto parsed = parse(*typed);
  if (!parsed) return tl::unexpected(std::move(parsed).error().context(option));
  out = std::move(*parsed);
  return {};
}

template <class T, class Parse>
Result<void> append(const Arguments& arguments, std::string_view option, Parse parse, std::vector<T>& out) {
  for (const std::string& typed : arguments.values(option)) {
    auto parsed = parse(typed);
    if (!parsed) return tl::unexpected(std::move(parsed).error().context(option));
    out.push_back(std::move(*parsed));
  }
  return {};
}

Result<std::uint32_t> parse_small(std::string_view text) {
  WC_TRY_ASSIGN(const std::uint64_t value, parse_whole(text));
  if (value > std::numeric_limits<std::uint32_t>::max()) return fail(Errc::usage, fmt::format("{} is too large", text));
  return static_cast<std::uint32_t>(value);
}

Result<DurationNs> parse_rate(std::string_view text) {
  WC_TRY_ASSIGN(const std::uint64_t rate, parse_whole(text));
  if (rate == 0 || rate > 1'000'000'000) return fail(Errc::usage, "1 to 1000000000 packets a second");
  return DurationNs{static_cast<std::int64_t>(1'000'000'000 / rate)};
}

Result<const FramingWriter*> parse_framing(std::string_view text) {
  const FramingWriter* const framing = find_framing_writer(text);
  if (framing == nullptr) return fail(Errc::usage, fmt::format("no framing '{}' can be sent", text));
  return framing;
}

// "3", "1-8"
Result<void> read_messages(const Arguments& arguments, FeedPlan& feed) {
  const auto typed = arguments.value("--messages-per-packet");
  if (!typed) return {};
  const std::size_t dash = typed->find('-');
  WC_TRY_ASSIGN(feed.messages_min, parse_small(std::string_view(*typed).substr(0, dash)));
  feed.messages_max = feed.messages_min;
  if (dash == std::string::npos) return {};
  WC_TRY_ASSIGN(feed.messages_max, parse_small(std::string_view(*typed).substr(dash + 1)));
  return {};
}

// "50", "50,gap=300ns"
Result<void> read_burst(const Arguments& arguments, FeedPlan& feed) {
  const auto typed = arguments.value("--burst");
  if (!typed) return {};
  const std::string_view text = *typed;
  const std::size_t comma = text.find(',');
  WC_TRY_ASSIGN(feed.burst, parse_small(text.substr(0, comma)));
  if (comma == std::string_view::npos) return {};
  constexpr std::string_view kGap = "gap=";
  if (text.substr(comma + 1, kGap.size()) != kGap)
    return fail(Errc::usage, fmt::format("--burst: '{}' is not PACKETS,gap=TIME", text));
  WC_TRY_ASSIGN(feed.burst_gap, parse_span(text.substr(comma + 1 + kGap.size())));
  return {};
}

Result<void> read_traffic(const Arguments& arguments, FeedPlan& feed) {
  WC_TRY(read(arguments, "--framing", parse_framing, feed.framing));
  WC_TRY(read(arguments, "--lines", parse_lines, feed.lines));
  WC_TRY(read(arguments, "--packets", parse_whole, feed.packets));
  WC_TRY(read(arguments, "--rate", parse_rate, feed.interval));
  WC_TRY(read(arguments, "--interval", parse_span, feed.interval));
  WC_TRY(read(arguments, "--jitter", parse_span, feed.jitter));
  WC_TRY(read(arguments, "--skew", parse_span, feed.skew));
  WC_TRY(read(arguments, "--skew-jitter", parse_span, feed.skew_jitter));
  WC_TRY(read(arguments, "--start-sequence", parse_whole, feed.start_sequence));
  WC_TRY(read(arguments, "--heartbeat-interval", parse_span, feed.heartbeat_interval));
  WC_TRY(read(arguments, "--closing-heartbeats", parse_small, feed.closing_heartbeats));
  WC_TRY(read(arguments, "--restart-pause", parse_span, feed.restart_pause));
  WC_TRY(read(arguments, "--fault-margin", parse_whole, feed.fault_margin));
  feed.end_of_session = arguments.has("--end-of-session");
  WC_TRY(read_messages(arguments, feed));
  return read_burst(arguments, feed);
}

Result<void> read_pauses(const Arguments& arguments, FeedPlan& feed) {
  const auto stall = [](std::string_view text) { return parse_pause(text, Pause::Kind::unsent); };
  const auto idle = [](std::string_view text) { return parse_pause(text, Pause::Kind::idle); };
  WC_TRY(append(arguments, "--stall", stall, feed.pauses));
  WC_TRY(append(arguments, "--idle", idle, feed.pauses));
  WC_TRY(append(arguments, "--restart", parse_whole, feed.restarts));
  std::ranges::stable_sort(feed.pauses, {}, &Pause::before);
  std::ranges::sort(feed.restarts);
  return {};
}

Result<void> read_faults(const Arguments& arguments, FeedPlan& feed) {
  static constexpr std::pair<std::string_view, Fault::Kind> kKinds[] = {{"--lose", Fault::Kind::lose},
                                                                        {"--outage", Fault::Kind::outage},
                                                                        {"--reorder", Fault::Kind::reorder},
                                                                        {"--late", Fault::Kind::late},
                                                                        {"--duplicate", Fault::Kind::duplicate}};
  for (const auto& [option, kind] : kKinds) {
    const auto parse = [kind = kind](std::string_view text) { return parse_fault(kind, text); };
    WC_TRY(append(arguments, option, parse, feed.faults));
  }
  WC_TRY(append(arguments, "--lose-both", parse_common_loss, feed.faults));
  bool is_revealed = false;
  const auto tail = [&](std::string_view text) { return parse_tail_loss(text, is_revealed); };
  WC_TRY(append(arguments, "--tail-loss", tail, feed.faults));
  if (is_revealed) feed.closing_heartbeats = std::max(feed.closing_heartbeats, 1U);
  if (const auto how = arguments.value("--retransmit")) {
    feed.retransmission.emplace();
    feed.retransmission->in_band = *how == "in-band";
    WC_TRY(read(arguments, "--retransmit-delay", parse_span, feed.retransmission->delay));
  }
  return {};
}

Result<void> read_capture(const Arguments& arguments, CapturePlan& capture) {
  WC_TRY(read(arguments, "--seed", parse_whole, capture.seed));
  WC_TRY(read(arguments, "--start-time", parse_start, capture.start));
  if (const auto format = arguments.value("--format"))
    capture.format = *format == "pcap"      ? CaptureFormat::pcap
                     : *format == "pcap-ns" ? CaptureFormat::pcap_ns
                                            : CaptureFormat::pcapng;
  WC_TRY(read(arguments, "--interfaces", parse_small, capture.interfaces));
  if (arguments.has("--vlan")) {
    std::uint32_t vlan = 0;
    WC_TRY(read(arguments, "--vlan", parse_small, vlan));
    if (vlan < 1 || vlan > 4094) return fail(Errc::usage, "--vlan: 1 to 4094");
    capture.vlan = static_cast<std::uint16_t>(vlan);
  }
  capture.ipv6 = arguments.has("--ipv6");
  WC_TRY(read(arguments, "--snaplen", parse_small, capture.snaplen));
  capture.bad_checksums = arguments.has("--bad-checksums");
  WC_TRY(read(arguments, "--capture-drops", parse_whole, capture.drops));
  capture.states_drops = !arguments.has("--hide-capture-drops");
  WC_TRY(read(arguments, "--capture-duplicate", parse_span, capture.duplicate));
  WC_TRY(read(arguments, "--capture-two-points", parse_span, capture.second_point));
  return read(arguments, "--clock-back", parse_span, capture.clock_back);
}

}  // namespace

Result<SendPlan> send_plan(const Arguments& arguments) {
  SendPlan plan;
  FeedPlan feed = arguments.has("--demo") ? demo_feed() : FeedPlan{};
  if (feed.framing == nullptr) feed.framing = find_framing_writer("moldudp64");
  WC_TRY(read_traffic(arguments, feed));
  WC_TRY(read_pauses(arguments, feed));
  WC_TRY(read_faults(arguments, feed));
  WC_TRY(read_capture(arguments, plan.capture));
  std::uint64_t feeds = 1;
  WC_TRY(read(arguments, "--feeds", parse_whole, feeds));
  if (feeds < 1 || feeds > kMaxFeeds) return fail(Errc::usage, fmt::format("--feeds: 1 to {}", kMaxFeeds));
  plan.feeds.assign(feeds, feed);
  plan.capture.wants_truth = arguments.has("--truth");
  return plan;
}

}  // namespace wirecause
