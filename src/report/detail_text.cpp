// SPDX-License-Identifier: Apache-2.0
#include "report/detail_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/feed_detail.hpp"
#include "report/finding_text.hpp"
#include "report/live_detail.hpp"
#include "report/tcp_pair_table.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

std::string value_text(const FindingEvidence& evidence) {
  if (evidence.unit == Unit::nanoseconds) return duration_text({evidence.value});
  const std::string value = signed_number_text(evidence.value);
  if (evidence.unit == Unit::none) return value;
  if (evidence.unit == Unit::per_million) return value + " per million";
  std::string_view noun = text(evidence.unit);
  if (evidence.value == 1) noun.remove_suffix(1);  // "packets", "units": all in the plural
  return fmt::format("{} {}", value, noun);
}

std::string frames_text(const Analysis& analysis, const FrameRefs& frames) {
  const std::string_view noun = frames.frames.size() == 1 ? "frame" : "frames";
  std::string out;
  for (const std::uint64_t frame : frames.frames)
    out += fmt::format("{}{}", out.empty() ? fmt::format("{} ", noun) : ", ", frame);
  if (!out.empty() && frames.input < analysis.inputs.size()) out += " of " + analysis.inputs[frames.input].file;
  return out;
}

Lines evidence_lines(const Analysis& analysis, const FindingEvidence& evidence, std::size_t width) {
  std::string head = fmt::format("{} = {}", evidence.name, value_text(evidence));
  if (!evidence.subject.empty()) head += fmt::format(" of {}", evidence.subject);
  if (!evidence.source.empty()) head += fmt::format(" (from {})", evidence.source);
  if (!evidence.text.empty()) head += fmt::format(": {}", evidence.text);
  Lines lines = field("shown", head, Field::kAlways, width).lines;
  append(lines, field("", frames_text(analysis, evidence.frames), Field::kAlways, width).lines);
  // On one line however long: it is there to be copied.
  const std::string& filter = evidence.frames.filter;
  if (!filter.empty()) append(lines, field_of_lines("filter", {printable(filter)}, Field::kAlways).lines);
  return lines;
}

Lines finding_lines(const Analysis& analysis, const Finding& finding, const ReportOptions& options) {
  const auto width = static_cast<std::size_t>(options.width);
  Lines lines = full_block(analysis, finding, kEverything, width);
  std::uint64_t shown = 0;
  for (const FindingEvidence& evidence : finding.evidence) {
    if (shown++ == options.max_list) break;
    append(lines, evidence_lines(analysis, evidence, width));
  }
  return lines;
}

std::string dropped_text(const InputSummary& input) {
  if (!input.dropped) return "the file does not say what the capture dropped";
  return fmt::format("the capture states {} dropped", number_text(*input.dropped));
}

// What a live run's own taps dropped stands with what was watched.
Lines input_lines(const InputSummary& input, bool is_live, const ReportOptions& options) {
  const auto width = static_cast<std::size_t>(options.width);
  const std::string times = input.first == kNoTime
                                ? std::string("no time stamps")
                                : fmt::format("{} – {}", date_clock_text(input.first), date_clock_text(input.last));
  Lines lines = field("read",
                      fmt::format("{}: {}, {}, {}; {}", input.file, input.format, bytes_text(input.bytes),
                                  count_text(input.packets, "packet"), times),
                      Field::kAlways, width)
                    .lines;
  const auto note = [&](const std::string& sentence) {
    append(lines, field("", sentence, Field::kAlways, width).lines);
  };
  const auto count = [&](std::uint64_t n, std::string_view what) {
    if (n > 0) note(fmt::format("{} {}", number_text(n), what));
  };
  count(input.truncated_packets, "captured shorter than on the wire");
  count(input.malformed_packets, "malformed");
  count(input.backward_stamps, "stamped earlier than the packet before");
  count(input.bad_ip_checksums, "with a wrong IP checksum");
  count(input.bad_udp_checksums, "with a wrong UDP checksum");
  count(input.bad_tcp_checksums, "with a wrong TCP checksum");
  count(input.damaged_records, "damaged records skipped");
  count(input.filtered_packets, "left out by --from, --to or a filter");
  for (const UnknownCount& unknown : input.undecoded) count(unknown.packets, unknown.what);
  if (!is_live) note(dropped_text(input));
  if (input.cut) note("cut: " + *input.cut);
  std::uint64_t shown = 0;
  for (const std::string& comment : input.comments) {
    if (shown++ == options.max_list) break;
    note("comment: " + comment);
  }
  return lines;
}

Lines unrecognised_lines(const Analysis& analysis, const ReportOptions& options) {
  Lines lines;
  for (const UnrecognisedStream& stream : analysis.unrecognised) {
    if (lines.size() == options.max_list) break;
    const std::string vlan = stream.vlan ? fmt::format(" vlan {}", *stream.vlan) : std::string();
    lines.push_back(
        printable(fmt::format("  {} → {}{}  {}, {}", stream.source, endpoint_text(stream.group, stream.port), vlan,
                              count_text(stream.packets, "packet"), bytes_text(stream.bytes))));
  }
  const std::uint64_t shown = lines.size();
  if (shown < analysis.unrecognised_total) {
    lines.push_back(fmt::format("  … {} more", number_text(analysis.unrecognised_total - shown)));
  }
  return lines;
}

// What was not seen, each with how to see it.
Lines limit_lines(const Analysis& analysis, std::size_t width) {
  Lines lines;
  for (const LimitSeen& limit : limits_of(analysis)) {
    append(lines, field("unseen", text_of(limit), Field::kAlways, width).lines);
    append(lines, field("remedy", std::string(remedy_of(limit)), Field::kAlways, width).lines);
  }
  return lines;
}

void add_section(Lines& lines, std::string_view title, const Lines& section) {
  if (section.empty()) return;
  lines.push_back("");
  if (!title.empty()) lines.emplace_back(title);
  append(lines, section);
}

}  // namespace

Lines detail_lines(const Analysis& analysis, const ReportOptions& options) {
  Lines lines;
  for (const Finding& finding : analysis.diagnosis.findings) {
    add_section(lines, {}, finding_lines(analysis, finding, options));
  }
  const auto width = static_cast<std::size_t>(options.width);
  for (const FeedSummary& feed : analysis.feeds) add_section(lines, {}, feed_detail(analysis, feed, options));
  add_section(lines, {}, host_pair_table(analysis.tcp, options.max_list + 2, width));
  add_section(lines, {}, consumer_detail(analysis.consumers, width));
  add_section(lines, {}, path_detail(analysis.path, width));
  add_section(lines, "streams of no known framing", unrecognised_lines(analysis, options));
  for (const InputSummary& input : analysis.inputs)
    add_section(lines, {}, input_lines(input, analysis.live.has_value(), options));
  if (analysis.live) add_section(lines, {}, observation_detail(*analysis.live, width));
  add_section(lines, {}, limit_lines(analysis, width));
  return lines;
}

}  // namespace wirecause
