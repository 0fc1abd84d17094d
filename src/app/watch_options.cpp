// SPDX-License-Identifier: Apache-2.0
#include "app/watch_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>

#include "app/feed_options.hpp"
#include "app/option_values.hpp"
#include "app/typed_values.hpp"

namespace wirecause {
namespace {

constexpr std::uint64_t kMostInt = std::numeric_limits<std::int32_t>::max();  // the kernel takes these as int
constexpr std::uint64_t kCpus = 1'024;                                        // CPU_SETSIZE of sched_setaffinity
constexpr std::uint64_t kLeastRing = 1U << 20U;
constexpr std::uint64_t kMostRing = 4ULL << 30U;  // locked memory: beyond it the tool would be the fault
constexpr std::size_t kInterfaceName = 15;        // IFNAMSIZ without its end

Result<std::uint32_t> within(Result<std::uint64_t> parsed, std::uint64_t least, std::uint64_t most) {
  WC_TRY_ASSIGN(const std::uint64_t value, std::move(parsed));
  if (value < least || value > most) {
    return fail(Errc::usage, fmt::format("{} is not within {} to {}", value, least, most));
  }
  return static_cast<std::uint32_t>(value);
}

Result<std::uint32_t> buffer_from(std::string_view text) { return within(size_from(text), 1, kMostInt); }
Result<std::uint32_t> microseconds_from(std::string_view text) { return within(whole_number_from(text), 1, kMostInt); }
Result<std::uint32_t> cpu_from(std::string_view text) { return within(whole_number_from(text), 0, kCpus - 1); }

Result<std::size_t> ring_from(std::string_view text) {
  WC_TRY_ASSIGN(const std::uint64_t bytes, size_from(text));
  if (bytes < kLeastRing || bytes > kMostRing) {
    return fail(Errc::usage, fmt::format("'{}' is not within 1M to 4G", text));
  }
  return static_cast<std::size_t>(bytes);
}

Result<DurationNs> length_from(std::string_view text) {
  WC_TRY_ASSIGN(const DurationNs length, duration_from(text));
  if (length <= DurationNs{0}) return fail(Errc::usage, fmt::format("'{}' is no length of time", text));
  return length;
}

Result<std::string> some_text(std::string_view text) {
  if (text.empty()) return fail(Errc::usage, "is empty");
  return std::string(text);
}

// As dev_valid_name() of the kernel.
Result<std::string> interface_from(std::string_view text) {
  const auto is_bad = [](char c) { return c == '/' || c == ':' || static_cast<unsigned char>(c) <= ' '; };
  const bool is_name = !text.empty() && text.size() <= kInterfaceName && text != "." && text != "..";
  if (!is_name || std::ranges::any_of(text, is_bad)) {
    return fail(Errc::usage, fmt::format("'{}' is no name of an interface; ip link shows them", text));
  }
  return std::string(text);
}

// Each once, in the order in which they were named.
Result<void> read_interfaces(const Arguments& arguments, std::vector<std::string>& interfaces) {
  for (const std::string& typed : arguments.positionals()) {
    WC_TRY_ASSIGN(std::string name, named("IFACE", interface_from(typed)));
    if (std::ranges::find(interfaces, name) == interfaces.end()) interfaces.push_back(std::move(name));
  }
  return {};
}

// An option that would do nothing is a mistake of whoever typed it.
Result<void> check_used(const Arguments& arguments, const WatchOptions& options) {
  if (options.interfaces.empty() && options.joins.empty()) {
    return fail(Errc::usage, "nothing to watch: name an IFACE (ip link shows them), or --join a group");
  }
  for (const std::string_view option : {"--rcvbuf", "--busy-poll"}) {
    if (!options.joins.empty() || !arguments.has(option)) continue;
    return fail(Errc::usage, fmt::format("{} is for the socket of --join, and there is none", option));
  }
  for (const std::string_view option : {"--filter", "--ring"}) {
    if (!options.interfaces.empty() || !arguments.has(option)) continue;
    return fail(Errc::usage, fmt::format("{} is for the tap of an IFACE, and there is none", option));
  }
  return {};
}

Result<void> read_sources(const Arguments& arguments, WatchOptions& options) {
  WC_TRY(read_interfaces(arguments, options.interfaces));
  WC_TRY(append_values(arguments, "--join", join_from, options.joins));
  WC_TRY(read_value(arguments, "--rcvbuf", buffer_from, options.rcvbuf));
  WC_TRY(read_value(arguments, "--busy-poll", microseconds_from, options.busy_poll));
  WC_TRY(read_value(arguments, "--cpu", cpu_from, options.cpu));
  WC_TRY(read_value(arguments, "--netns", some_text, options.netns));
  WC_TRY(read_value(arguments, "--filter", some_text, options.filter));
  return read_value(arguments, "--ring", ring_from, options.ring_bytes);
}

}  // namespace

Result<JoinRequest> join_from(std::string_view text) {
  JoinRequest join;
  const auto at = text.rfind('@');
  WC_TRY_ASSIGN(join.endpoint, endpoint_from(text.substr(0, at)));
  if (!join.endpoint.address.is_multicast()) {
    return fail(Errc::usage, fmt::format("'{}' is no multicast group", text.substr(0, at)));
  }
  if (at != std::string_view::npos) {
    WC_TRY_ASSIGN(join.interface, interface_from(text.substr(at + 1)));
  }
  return join;
}

Result<WatchRequest> watch_request(const Arguments& arguments) {
  WatchRequest request;
  WatchOptions& options = request.options;
  WC_TRY(read_sources(arguments, options));
  WC_TRY(check_used(arguments, options));
  WC_TRY(read_feed_options(arguments, options.analysis));
  options.analysis.follow_tcp = false;  // connections are explained from captures
  WC_TRY(read_value(arguments, "--duration", length_from, options.duration));
  options.use_bpf = !arguments.has("--no-bpf");
  request.json = arguments.has("--json");
  request.details = arguments.has("--details");
  request.fail_on = severity_to_fail_on(arguments);
  if (arguments.has("--until-finding")) options.until_finding = request.fail_on.value_or(Severity::warning);
  return request;
}

}  // namespace wirecause
