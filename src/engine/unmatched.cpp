// SPDX-License-Identifier: Apache-2.0
#include "engine/unmatched.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace wirecause {
namespace {

using Why = UnmatchedOption::Why;

bool goes_to(const StreamKey& key, const Endpoint& endpoint) {
  return key.group == endpoint.address && key.port == endpoint.port;
}

bool is_framing(const Stream& stream, const Framing* framing) {
  return stream.state == Stream::State::recognised && (framing == nullptr || stream.choice->framing == framing);
}

// Why nothing that goes to `endpoint` (anywhere, where there is none) is `framing` (any, where there is none).
std::optional<Why> missing(const StreamTable& streams, const std::optional<Endpoint>& endpoint,
                           const Framing* framing) {
  std::optional<Why> why = Why::not_seen;
  for (const Stream& stream : streams.all()) {
    if (endpoint && !goes_to(stream.key, *endpoint)) continue;
    if (is_framing(stream, framing)) return std::nullopt;
    why = Why::not_recognised;
  }
  return why;
}

bool are_joined(const LineBook& lines, const Endpoint& a, const Endpoint& b) {
  return std::any_of(lines.all().begin(), lines.all().end(), [&](const Line& one) {
    return goes_to(one.key, a) && std::any_of(lines.all().begin(), lines.all().end(), [&](const Line& other) {
             return goes_to(other.key, b) && (other.feed == one.feed || other.is_recovery || one.is_recovery);
           });
  });
}

std::string text_of(const Endpoint& endpoint) { return endpoint_text(endpoint.address, endpoint.port); }

}  // namespace

std::vector<UnmatchedOption> unmatched_options(const AnalysisOptions& options, const StreamTable& streams,
                                               const LineBook& lines) {
  std::vector<UnmatchedOption> unmatched;
  const auto add = [&](std::string option, std::optional<Why> why) {
    if (why) unmatched.push_back({std::move(option), *why});
    return why.has_value();
  };
  for (const FramingChoice& choice : options.framings) {
    std::string option = fmt::format("--framing {}", choice.framing->id);
    if (choice.destination) option += "@" + text_of(*choice.destination);
    add(std::move(option), missing(streams, choice.destination, choice.framing));
  }
  for (const auto& [a, b] : options.pairs) {
    const bool lacks_one = add("--pair " + text_of(a), missing(streams, a, nullptr));
    const bool lacks_other = add("--pair " + text_of(b), missing(streams, b, nullptr));
    if (lacks_one || lacks_other || are_joined(lines, a, b)) continue;
    add(fmt::format("--pair {}={}", text_of(a), text_of(b)), Why::not_joined);
  }
  for (const Endpoint& recovery : options.recovery) {
    add("--recovery " + text_of(recovery), missing(streams, recovery, nullptr));
  }
  return unmatched;
}

}  // namespace wirecause
