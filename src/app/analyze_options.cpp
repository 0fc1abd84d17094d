// SPDX-License-Identifier: Apache-2.0
#include "app/analyze_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/feed_options.hpp"
#include "app/input_files.hpp"
#include "app/option_values.hpp"
#include "app/typed_values.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kMaxThreads = 64;
constexpr std::uint32_t kMaxBatch = 1U << 20U;

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

Result<std::uint64_t> connection_from(std::string_view text) {
  WC_TRY_ASSIGN(const std::uint64_t value, whole_number_from(text));
  if (value == 0) return fail(Errc::usage, "connections are numbered from 1");
  return value;
}

Result<PayloadTarget> payload_target(std::string_view text) {
  const auto equals = text.find('=');
  const std::string_view side = text.substr(0, equals);
  if ((side != "client" && side != "server") || equals == std::string_view::npos || equals + 1 == text.size()) {
    return fail(Errc::usage, fmt::format("'{}' is no client=FILE or server=FILE", text));
  }
  return PayloadTarget{side == "client", std::string(text.substr(equals + 1))};
}

Result<void> check_payload(const AnalyzeRequest& request) {
  if (request.payload.empty()) return {};
  if (request.options.connection == 0) return fail(Errc::usage, "--payload writes the bytes of --connection N");
  const auto most_one = [&](auto property) { return std::ranges::count_if(request.payload, property) <= 1; };
  if (!most_one([](const PayloadTarget& t) { return t.of_client; }) ||
      !most_one([](const PayloadTarget& t) { return !t.of_client; })) {
    return fail(Errc::usage, "--payload: one file for each side");
  }
  if (!most_one([](const PayloadTarget& t) { return t.path == "-"; }))
    return fail(Errc::usage, "--payload: only one side can go to standard output");
  return {};
}

const ReportFormat* format_named(std::string_view id) {
  const auto formats = all_report_formats();
  return *std::ranges::find(formats, id, &ReportFormat::id);
}

// Two instants in the wrong order; a time of day finds its day with the first packet.
Result<void> check_window(const AnalysisOptions& options) {
  const bool are_instants = options.from && options.to && !options.from->is_time_of_day && !options.to->is_time_of_day;
  if (are_instants && options.from->time > options.to->time) return fail(Errc::usage, "--from is later than --to");
  return {};
}

}  // namespace

Result<AnalyzeRequest> analyze_request(const Arguments& arguments) {
  AnalyzeRequest request;
  AnalysisOptions& options = request.options;
  WC_TRY(read_feed_options(arguments, options));
  WC_TRY(append_values(arguments, "--point", named_point, options.points));
  options.same_point = arguments.has("--same-point");
  WC_TRY(choose_files(arguments.positionals(), options));
  WC_TRY(read_value(arguments, "--from", time_bound_from, options.from));
  WC_TRY(read_value(arguments, "--to", time_bound_from, options.to));
  WC_TRY(check_window(options));
  WC_TRY(read_value(
      arguments, "--threads", [](std::string_view typed) { return count_up_to(typed, kMaxThreads); }, options.threads));
  WC_TRY(read_value(
      arguments, "--batch", [](std::string_view typed) { return count_up_to(typed, kMaxBatch); }, options.batch));
  WC_TRY(read_value(arguments, "--connection", connection_from, options.connection));
  request.plot = arguments.value("--plot").value_or("");
  if (!request.plot.empty() && options.connection == 0)
    return fail(Errc::usage, "--plot draws the graph of --connection N");
  WC_TRY(append_values(arguments, "--payload", payload_target, request.payload));
  WC_TRY(check_payload(request));
  request.format = format_named(arguments.has("--json") ? "json" : "text");
  request.details = arguments.has("--details");
  request.fail_on = severity_to_fail_on(arguments);
  return request;
}

}  // namespace wirecause
