// SPDX-License-Identifier: Apache-2.0
#include "diagnose/live_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string>

#include "diagnose/host_case.hpp"
#include "diagnose/live_loss.hpp"
#include "diagnose/netfilter_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

enum class Of : std::uint8_t { host, interface, consumer, episode };
enum class Form : std::uint8_t { value, text };

// Placeholder, the record that fills it, of which subject, and whether its text does or its value: one of at least `least`,
// times `factor` and cut to whole `unit`s.
struct Source {
  std::string_view placeholder;
  std::string_view record;
  Of of;
  Form form;
  std::int64_t least = 0;
  std::uint64_t factor = 1;
  std::uint64_t unit = 1;
};

constexpr std::uint64_t kMicrosecond = 1'000;  // ns: cpu.max counts in it

constexpr std::array kSources{
    Source{"owner", "consumer.owner", Of::consumer, Form::text},
    Source{"pid", "consumer.owner", Of::consumer, Form::value, 1},
    Source{"fd", "consumer.fd", Of::consumer, Form::value},
    Source{"local", "consumer.local", Of::consumer, Form::text},
    Source{"port", "consumer.local", Of::consumer, Form::value, 1},
    Source{"group", "consumer.group", Of::consumer, Form::text},
    Source{"reader", "reader.command", Of::consumer, Form::text},
    Source{"tid", "reader.command", Of::consumer, Form::value, 1},
    Source{"affinity", "reader.affinity", Of::consumer, Form::text},
    Source{"cpu", "reader.cpu", Of::consumer, Form::value},
    Source{"blocker", "reader.state", Of::episode, Form::text},
    Source{"rcvbuf", "socket.rcvbuf", Of::consumer, Form::value, 2},
    Source{"rmemmax", "net.core.rmem_max", Of::host, Form::value, 1},
    Source{"quota", "cgroup.quota", Of::episode, Form::value, 1, 1, kMicrosecond},
    Source{"period", "cgroup.period", Of::episode, Form::value, 1, 1, kMicrosecond},
    Source{"rpfilter", "net.ipv4.conf.rp_filter", Of::interface, Form::value},
    Source{"xdp", "interface.xdp", Of::interface, Form::value},
    Source{"backlog", "net.core.netdev_max_backlog", Of::host, Form::value},
    Source{"largerbacklog", "net.core.netdev_max_backlog", Of::host, Form::value, 0, 4},
    Source{"conntrack", "net.netfilter.nf_conntrack_max", Of::host, Form::value},
    Source{"largerconntrack", "net.netfilter.nf_conntrack_max", Of::host, Form::value, 0, 2},
};

constexpr std::array<std::string_view, 7> kComputed{"sister",  "oldbuf", "newbuf",  "newmax",
                                                    "stopped", "cgroup", "ipfamily"};
constexpr std::array<std::string_view, 3> kRulePlaceholders{"rulefamily", "ruletable", "rulechain"};

// The last of that name over the finding's episodes.
const Record* measured(const EvidenceView& view, const Scene& scene, std::string_view name) {
  for (auto id = scene.measured.rbegin(); id != scene.measured.rend(); ++id) {
    if (view.record(*id).name == name) return &view.record(*id);
  }
  return nullptr;
}

const Record* record_of(const Source& source, const EvidenceView& view, const Scene& scene, const Interface& on) {
  switch (source.of) {
    case Of::host:
      return view.find(source.record, kHost);
    case Of::interface:
      return view.find(source.record, on.subject);
    case Of::consumer:
      return scene.consumer.kind == SubjectKind::consumer ? view.find(source.record, scene.consumer) : nullptr;
    case Of::episode:
      return measured(view, scene, source.record);
  }
  return nullptr;
}

std::string text_of(const Record& record, const Source& source) {
  if (source.form == Form::text) return record.text;
  if (record.value < source.least) return {};
  return std::to_string(capped_product(as_count(record.value), source.factor) / source.unit);
}

void put(PlaceholderValues& values, std::string_view name, std::string text) {
  if (!text.empty()) values.try_emplace(name, std::move(text));
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
  const auto rcvbuf = view.value("socket.rcvbuf", scene.consumer);
  if (!rcvbuf || *rcvbuf < 2) return;
  put(values, "oldbuf", std::to_string(*rcvbuf / 2));
  const auto wanted = buffer_for_bursts(view, scene);
  if (!wanted || *wanted <= as_count(*rcvbuf)) return;  // no buffer is made smaller, and none by guess
  put(values, "newbuf", std::to_string(*wanted / 2));
  // Only beside today's value, which the undo needs, and never below it.
  const auto limit = view.value("net.core.rmem_max", kHost);
  if (limit && *limit > 0 && as_count(*limit) < *wanted) put(values, "newmax", std::to_string(*wanted));
}

void put_cgroup(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  constexpr std::string_view kCgroups = "/sys/fs/cgroup";  // where version 2 is mounted
  const Record* const path = measured(view, scene, "cgroup.path");
  if (path != nullptr && path->text.starts_with('/')) put(values, "cgroup", fmt::format("{}{}", kCgroups, path->text));
}

bool is_stopped(const EvidenceView& view, const Scene& scene) {
  const Record* const state = measured(view, scene, "reader.state");
  return state != nullptr && state->value == 'T';
}

void put_stopped(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  const auto pid = values.find("pid");
  if (pid != values.end() && is_stopped(view, scene)) put(values, "stopped", pid->second);
}

// Of the rule that counted the drops, "inet filter input handle 7: drop", or policy, "inet filter input: drop": its family,
// table and chain.
void put_rule(PlaceholderValues& values, const EvidenceView& view, const Finding& finding) {
  const auto rule = busiest_rule(view, finding.first, finding.last);
  if (!rule) return;
  std::string_view rest = rule->text;
  for (const std::string_view placeholder : kRulePlaceholders) {
    const std::size_t end = rest.find(' ');
    if (end == 0 || end == std::string_view::npos) return;
    values.try_emplace(placeholder, rest.substr(0, rest[end - 1] == ':' ? end - 1 : end));
    rest.remove_prefix(end + 1);
  }
}

// As nft calls the family of an address.
void put_ip_family(PlaceholderValues& values) {
  const auto group = values.find("group");
  if (group == values.end()) return;
  values.try_emplace("ipfamily", group->second.find(':') == std::string::npos ? "ip" : "ip6");
}

// Nothing: it has none, or nobody said how many it has.
void put_sister(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  const std::int64_t lines = view.value("feed.line_count", scene.feed).value_or(1);
  if (lines > 1) values.try_emplace("sister", lines == 2 ? "its other line" : "another of its lines");
}

}  // namespace

void put_live_values(PlaceholderValues& values, const EvidenceView& view, const Scene& scene, const Finding& finding) {
  const Interface on = interface_of(view, finding.subject.kind == SubjectKind::feed ? scene.line : finding.subject);
  put(values, "interface", on.name);
  for (const Source& source : kSources) {
    const Record* const record = record_of(source, view, scene, on);
    if (record != nullptr) put(values, source.placeholder, text_of(*record, source));
  }
  put_sister(values, view, scene);
  put_buffers(values, view, scene);
  put_cgroup(values, view, scene);
  put_stopped(values, view, scene);
  put_rule(values, view, finding);
  put_ip_family(values);
}

std::vector<std::string_view> live_value_names() {
  std::vector<std::string_view> names(kRulePlaceholders.begin(), kRulePlaceholders.end());
  names.insert(names.end(), kComputed.begin(), kComputed.end());
  for (const Source& source : kSources) names.push_back(source.placeholder);
  return names;
}

std::set<std::string_view> not_applicable(const PlaceholderValues& values, const EvidenceView& view,
                                          const Scene& scene) {
  std::set<std::string_view> names;
  if (is_live_run(view)) names.insert("file");
  if (!values.contains("sister")) names.insert("sister");
  if (scene.consumer.kind != SubjectKind::consumer) return names;
  const auto is_throttled = [&](std::string_view name) {
    const Record* const throttled = measured(view, scene, name);
    return throttled != nullptr && throttled->value > 0;
  };
  if (!is_throttled("cgroup.throttled") && !is_throttled("cgroup.behind_throttled")) names.insert("cgroup");
  if (!is_stopped(view, scene)) names.insert("stopped");
  const bool is_large_enough = values.contains("newbuf") && values.contains("rmemmax") && !values.contains("newmax");
  if (is_large_enough) names.insert("newmax");
  return names;
}

}  // namespace wirecause
