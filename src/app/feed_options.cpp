// SPDX-License-Identifier: Apache-2.0
#include "app/feed_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "app/option_values.hpp"
#include "app/typed_values.hpp"
#include "feed/framing.hpp"

namespace wirecause {
namespace {

// "moldudp64", "cboe_pitch@233.54.12.1:30501", "generic:seq=0/u32be@239.1.1.1:5000"
Result<FramingChoice> framing_choice(std::string_view text) {
  FramingChoice choice;
  std::string_view what = text;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    WC_TRY_ASSIGN(choice.destination, endpoint_from(text.substr(at + 1)));
    what = text.substr(0, at);
  }
  const auto colon = what.find(':');
  const std::string_view id = what.substr(0, colon);
  choice.framing = find_framing(id);
  if (choice.framing == nullptr) {
    return fail(Errc::usage, fmt::format("no protocol '{}'; wirecause list protocols shows them", id));
  }
  if (choice.framing->configure == nullptr) {
    if (colon != std::string_view::npos) return fail(Errc::usage, fmt::format("{} takes no description", id));
    return choice;
  }
  const std::string_view description = colon == std::string_view::npos ? std::string_view{} : what.substr(colon + 1);
  WC_TRY_ASSIGN(choice.config, choice.framing->configure(description));
  return choice;
}

Result<std::pair<Endpoint, Endpoint>> endpoint_pair(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos)
    return fail(Errc::usage, "two endpoints with = between, as 239.1.1.1:26477=239.2.2.2:26477");
  WC_TRY_ASSIGN(const Endpoint a, endpoint_from(text.substr(0, equals)));
  WC_TRY_ASSIGN(const Endpoint b, endpoint_from(text.substr(equals + 1)));
  if (a == b) return fail(Errc::usage, "the two endpoints are the same");
  return std::pair(a, b);
}

std::optional<Severity> severity_named(std::string_view word) {
  for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
    if (text(severity) == word) return severity;
  }
  return std::nullopt;
}

}  // namespace

Result<void> read_feed_options(const Arguments& arguments, AnalysisOptions& options) {
  WC_TRY(append_values(arguments, "--framing", framing_choice, options.framings));
  WC_TRY(append_values(arguments, "--pair", endpoint_pair, options.pairs));
  WC_TRY(append_values(arguments, "--recovery", endpoint_from, options.recovery));
  WC_TRY(read_value(arguments, "--clock-error", duration_from, options.feed.clock_error));
  return read_value(arguments, "--max-list", whole_number_from, options.feed.max_list);
}

std::optional<Severity> severity_to_fail_on(const Arguments& arguments) {
  const auto word = arguments.value("--fail-on");
  return word ? severity_named(*word) : Severity::warning;
}

Result<Endpoint> endpoint_from(std::string_view text) {
  const auto colon = text.rfind(':');
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  Endpoint endpoint;
  bool is_port = false;
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    is_port = error == std::errc{} && end == port.data() + port.size() && !port.empty();
  }
  if (!address || !is_port) {
    return fail(Errc::usage, fmt::format("'{}' is no GROUP:PORT, as 239.1.1.1:26477 or [ff15::1]:26477", text));
  }
  endpoint.address = *address;
  return endpoint;
}

}  // namespace wirecause
