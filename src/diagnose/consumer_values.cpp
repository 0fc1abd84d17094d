// SPDX-License-Identifier: Apache-2.0
#include "diagnose/consumer_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr Subject kThisHost{SubjectKind::host, 0};
constexpr std::string_view kCgroups = "/sys/fs/cgroup";  // where version 2 is mounted
constexpr std::string_view kLimitFile = "/cpu.max";

void put_text(PlaceholderValues& values, std::string_view name, const Record* record) {
  if (record != nullptr && !record->text.empty()) values[name] = record->text;
}

void put_number(PlaceholderValues& values, std::string_view name, std::optional<std::uint64_t> number) {
  if (number) values[name] = fmt::format("{}", *number);
}

std::optional<std::uint64_t> number_of(const EvidenceView& view, std::string_view name, Subject subject,
                                       std::int64_t least) {
  const auto value = view.value(name, subject);
  return value && *value >= least ? std::optional(as_count(*value)) : std::nullopt;
}

// The last of that name over the finding's episodes.
const Record* measured(const EvidenceView& view, const Scene& scene, std::string_view name) {
  for (auto id = scene.measured.rbegin(); id != scene.measured.rend(); ++id) {
    if (view.record(*id).name == name) return &view.record(*id);
  }
  return nullptr;
}

std::optional<std::uint64_t> largest(const EvidenceView& view, const Scene& scene, std::string_view name) {
  std::optional<std::uint64_t> most;
  for (const EvidenceId id : scene.measured) {
    const Record& record = view.record(id);
    if (record.name == name && record.value > 0) most = std::max(most.value_or(0), as_count(record.value));
  }
  return most;
}

// What the largest burst takes of a receive buffer, up to a power of two; nothing where it was not measured, or where no
// buffer may be as large (sk_rcvbuf is an int).
std::optional<std::uint64_t> buffer_for_bursts(const EvidenceView& view, const Scene& scene) {
  const auto packets = largest(view, scene, "arrival.burst_packets");
  const auto truesize = largest(view, scene, "drop.truesize");
  if (!packets || !truesize) return std::nullopt;
  const std::uint64_t bytes = capped_product(*packets, *truesize);
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 30U;
  return bytes <= kLargest ? std::optional(std::max<std::uint64_t>(2, std::bit_ceil(bytes))) : std::nullopt;
}

void put_buffers(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  const auto rcvbuf = number_of(view, "socket.rcvbuf", scene.consumer, 2);
  const auto limit = number_of(view, "net.core.rmem_max", kThisHost, 1);
  auto wanted = buffer_for_bursts(view, scene);
  if (!rcvbuf || (wanted && *wanted <= *rcvbuf)) wanted.reset();  // no buffer is made smaller, and none by guess
  put_number(values, "rcvbuf", rcvbuf);
  if (rcvbuf) put_number(values, "oldbuf", *rcvbuf / 2);
  put_number(values, "rmemmax", limit);
  if (wanted) put_number(values, "newbuf", *wanted / 2);
  // Only beside today's value, which the undo needs, and never below it.
  if (wanted && limit && *limit < *wanted) put_number(values, "newmax", wanted);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The last word, taken off.
std::string take_word(std::string& text) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string::npos) return {};
  std::string word = text.substr(space + 1);
  text.resize(space);
  return word;
}

// "/feed.slice 50000 100000", as cgroup.throttled has it: the cgroup, and its cpu.max.
void put_cgroup(PlaceholderValues& values, const Record* throttled) {
  if (throttled == nullptr) return;
  std::string text = throttled->text;
  const std::string period = take_word(text);
  const std::string quota = take_word(text);
  if (!is_number(period) || !is_number(quota) || text.empty() || text.front() != '/') return;
  if (text.ends_with(kLimitFile)) text.resize(text.size() - kLimitFile.size());
  values["cgroup"] = text.starts_with(kCgroups) ? text : std::string(kCgroups) + text;
  values["quota"] = quota;
  values["period"] = period;
}

void put_reader(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  const Subject consumer = scene.consumer;
  put_text(values, "reader", view.find("reader.command", consumer));
  put_number(values, "tid", number_of(view, "reader.command", consumer, 1));
  put_text(values, "affinity", view.find("reader.affinity", consumer));
  put_number(values, "cpu", number_of(view, "reader.cpu", consumer, 0));
  put_text(values, "blocker", measured(view, scene, "reader.state"));
  put_cgroup(values, measured(view, scene, "cgroup.throttled"));
}

bool is_stopped(const EvidenceView& view, const Scene& scene) {
  const Record* const state = measured(view, scene, "reader.state");
  return state != nullptr && state->value == 'T';
}

bool is_live(const EvidenceView& view) { return !view.all("input.live").empty() || !view.all("point.live").empty(); }

}  // namespace

void put_consumer_values(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  if (scene.consumer.kind != SubjectKind::consumer) return;
  const Subject consumer = scene.consumer;
  put_text(values, "owner", view.find("consumer.owner", consumer));
  put_number(values, "pid", number_of(view, "consumer.owner", consumer, 1));
  put_number(values, "fd", number_of(view, "consumer.fd", consumer, 0));
  put_text(values, "local", view.find("consumer.local", consumer));
  if (!values.contains("group")) put_text(values, "group", view.find("consumer.group", consumer));
  if (!values.contains("interface")) put_text(values, "interface", view.find("consumer.interface", consumer));
  if (!values.contains("port")) put_number(values, "port", number_of(view, "consumer.local", consumer, 1));
  put_buffers(values, view, scene);
  put_reader(values, view, scene);
  if (is_stopped(view, scene) && values.contains("pid")) values["stopped"] = values["pid"];
}

std::vector<std::string_view> consumer_placeholder_names() {
  return {"owner",   "pid",    "fd",     "local",  "reader",  "tid",    "affinity", "cpu",   "blocker",
          "stopped", "rcvbuf", "oldbuf", "newbuf", "rmemmax", "newmax", "cgroup",   "quota", "period"};
}

std::set<std::string_view> not_applicable(const PlaceholderValues& values, const EvidenceView& view,
                                          const Scene& scene) {
  std::set<std::string_view> names;
  if (is_live(view)) names.insert("file");
  if (scene.consumer.kind != SubjectKind::consumer) return names;
  const Record* const throttled = measured(view, scene, "cgroup.throttled");
  if (throttled == nullptr || throttled->value <= 0) names.insert("cgroup");
  if (!is_stopped(view, scene)) names.insert("stopped");
  const bool is_large_enough = values.contains("newbuf") && values.contains("rmemmax") && !values.contains("newmax");
  if (is_large_enough) names.insert("newmax");
  return names;
}

}  // namespace wirecause
