// SPDX-License-Identifier: Apache-2.0
#include "app/analyze_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "app/input_files.hpp"
#include "app/typed_values.hpp"
#include "feed/framing.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kMaxThreads = 64;
constexpr std::uint32_t kMaxBatch = 1U << 20U;

// One value of an option, with the option's name in front of what is wrong.
template <class T>
Result<T> named(std::string_view option, Result<T> parsed) {
  if (!parsed) return tl::unexpected(std::move(parsed).error().context(option));
  return parsed;
}

template <class T, class Parse>
Result<void> read(const Arguments& arguments, std::string_view option, Parse parse, T& out) {
  const auto typed = arguments.value(option);
  if (!typed) return {};
  WC_TRY_ASSIGN(out, named(option, parse(*typed)));
  return {};
}

template <class T, class Parse>
Result<void> append(const Arguments& arguments, std::string_view option, Parse parse, std::vector<T>& out) {
  for (const std::string& typed : arguments.values(option)) {
    WC_TRY_ASSIGN(T value, named(option, parse(typed)));
    out.push_back(std::move(value));
  }
  return {};
}

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

Result<NamedPoint> named_point(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return fail(Errc::usage, fmt::format("'{}' is no NAME=FILE", text));
  }
  return NamedPoint{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<std::uint32_t> count_up_to(std::string_view text, std::uint32_t most) {
  WC_TRY_ASSIGN(const std::uint64_t value, whole_number_from(text));
  if (value == 0 || value > most) return fail(Errc::usage, fmt::format("{} is not within 1 to {}", text, most));
  return static_cast<std::uint32_t>(value);
}

const ReportFormat* format_named(std::string_view id) {
  const auto formats = all_report_formats();
  return *std::ranges::find(formats, id, &ReportFormat::id);
}

std::optional<Severity> severity_named(std::string_view word) {
  for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
    if (text(severity) == word) return severity;
  }
  return std::nullopt;
}

// Two instants in the wrong order; a time of day finds its day with the first packet.
Result<void> check_window(const AnalysisOptions& options) {
  const bool are_instants = options.from && options.to && !options.from->is_time_of_day && !options.to->is_time_of_day;
  if (are_instants && options.from->time > options.to->time) return fail(Errc::usage, "--from is later than --to");
  return {};
}

}  // namespace

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

Result<AnalyzeRequest> analyze_request(const Arguments& arguments) {
  AnalyzeRequest request;
  AnalysisOptions& options = request.options;
  WC_TRY(append(arguments, "--framing", framing_choice, options.framings));
  WC_TRY(append(arguments, "--pair", endpoint_pair, options.pairs));
  WC_TRY(append(arguments, "--recovery", endpoint_from, options.recovery));
  WC_TRY(append(arguments, "--point", named_point, options.points));
  options.same_point = arguments.has("--same-point");
  WC_TRY(choose_files(arguments.positionals(), options));
  WC_TRY(read(arguments, "--from", time_bound_from, options.from));
  WC_TRY(read(arguments, "--to", time_bound_from, options.to));
  WC_TRY(check_window(options));
  WC_TRY(read(arguments, "--clock-error", duration_from, options.feed.clock_error));
  WC_TRY(read(arguments, "--max-list", whole_number_from, options.feed.max_list));
  WC_TRY(read(
      arguments, "--threads", [](std::string_view typed) { return count_up_to(typed, kMaxThreads); }, options.threads));
  WC_TRY(read(
      arguments, "--batch", [](std::string_view typed) { return count_up_to(typed, kMaxBatch); }, options.batch));
  request.format = format_named(arguments.has("--json") ? "json" : "text");
  request.details = arguments.has("--details");
  if (const auto word = arguments.value("--fail-on")) request.fail_on = severity_named(*word);
  return request;
}

}  // namespace wirecause
