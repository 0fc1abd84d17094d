// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/layout.hpp"
#include "base/text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kScreenColumns = 100;
constexpr std::size_t kIndent = 9;  // under the id, behind the state
constexpr std::size_t kFactColumns = 18;
constexpr std::size_t kLabelColumns = 7;

std::string_view text(Availability::State state) {
  switch (state) {
    case Availability::State::full:
      return "full";
    case Availability::State::reduced:
      return "reduced";
    case Availability::State::none:
      break;
  }
  return "none";
}

std::size_t count(const Checkup& checkup, Availability::State state) {
  return static_cast<std::size_t>(std::ranges::count_if(
      checkup.evidence, [state](const EvidenceAccess& item) { return item.availability.state == state; }));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string interface_names(const Checkup& checkup) {
  std::vector<std::string> names;
  for (const HostInterface& interface : checkup.interfaces) names.push_back(interface.name);
  return names.empty() ? "none is up" : joined(names);
}

// 2 is "off, and an administrator may switch it on again" (kernel/bpf/syscall.c).
std::string unprivileged_bpf(const KernelFacts& kernel) {
  if (!kernel.unprivileged_bpf_disabled) return "not known";
  return fmt::format("{} (kernel.unprivileged_bpf_disabled = {})",
                     *kernel.unprivileged_bpf_disabled == 0 ? "yes" : "no", *kernel.unprivileged_bpf_disabled);
}

// Of the capabilities, those that some piece of evidence takes; JSON has all.
std::string process_text(const KernelFacts& kernel) {
  constexpr std::string_view kThatMatter[] = {"cap_net_raw", "cap_net_admin",  "cap_bpf",
                                              "cap_perfmon", "cap_sys_ptrace", "cap_sys_admin"};
  std::vector<std::string> held;
  for (const std::string_view name : kThatMatter) {
    if (std::ranges::find(kernel.capabilities, name) != kernel.capabilities.end()) held.emplace_back(name);
  }
  return fmt::format("uid {}, {}", kernel.uid, held.empty() ? "no capability that matters here" : joined(held));
}

// What is to be done stands on a line of its own: a reason that ends with it says it once.
std::string_view reason_alone(const Availability& availability) {
  std::string_view reason = availability.reason;
  if (availability.remedy.empty() || !reason.ends_with(availability.remedy)) return reason;
  reason.remove_suffix(availability.remedy.size());
  return reason.substr(0, reason.find_last_not_of(" :;,") + 1);
}

// The value beside its label, continued under itself.
void append_labelled(std::string& out, std::size_t indent, std::size_t columns, std::string_view label,
                     const std::string& value) {
  std::string lines = paragraphs(value, indent + columns, kScreenColumns);
  out += lines.replace(indent, label.size(), label);
}

void append_fact(std::string& out, std::string_view name, const std::string& value) {
  append_labelled(out, 0, kFactColumns, name, value);
}

std::string head_text(const Checkup& checkup) {
  const KernelFacts& kernel = checkup.kernel;
  std::string out;
  append_fact(out, "kernel", fmt::format("Linux {} {}", kernel.release, kernel.machine));
  append_fact(out, "BTF", kernel.has_btf ? "yes" : "no: programs in the kernel cannot be fitted to it");
  append_fact(out, "BPF for everybody", unprivileged_bpf(kernel));
  append_fact(out, "this process", process_text(kernel));
  if (!kernel.network_namespace.empty()) append_fact(out, "network namespace", kernel.network_namespace);
  append_fact(out, "interfaces", interface_names(checkup));
  return out;
}

void append_item(std::string& out, const EvidenceAccess& item) {
  out += fmt::format("{:<{}}{}: {}\n", text(item.availability.state), kIndent, item.id, item.tells);
  if (item.availability.state == Availability::State::full) return;
  const auto append = [&out](std::string_view label, const std::string& value) {
    if (!value.empty()) append_labelled(out, kIndent, kLabelColumns, label, value);
  };
  if (item.needs != "none") append("needs", std::string(item.needs));
  append("why", std::string(reason_alone(item.availability)));
  append("do", item.availability.remedy);
}

std::string last_line(const Checkup& checkup) {
  const std::size_t full = count(checkup, Availability::State::full);
  if (full == checkup.evidence.size()) return fmt::format("all {} pieces of evidence can be had here\n", full);
  return fmt::format("{} of {} pieces of evidence in full, {} reduced, {} cannot be had\n", full,
                     checkup.evidence.size(), count(checkup, Availability::State::reduced),
                     count(checkup, Availability::State::none));
}

}  // namespace

std::string checkup_text(const Checkup& checkup) {
  std::string out = head_text(checkup) + "\n";
  for (const EvidenceAccess& item : checkup.evidence) append_item(out, item);
  // Names of interfaces and what drivers say are not ours.
  std::string safe;
  for (std::string_view rest = out; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    safe += printable(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return safe + "\n" + last_line(checkup);
}

std::string checkup_json(const Checkup& checkup) {
  const KernelFacts& kernel = checkup.kernel;
  const auto number = [](std::optional<std::int64_t> value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
  };
  nlohmann::ordered_json document{{"schema", "wirecause.doctor/1"}};
  document["kernel"] = {{"release", kernel.release},
                        {"machine", kernel.machine},
                        {"btf", kernel.has_btf},
                        {"unprivileged_bpf_disabled", number(kernel.unprivileged_bpf_disabled)},
                        {"kptr_restrict", number(kernel.kptr_restrict)},
                        {"perf_event_paranoid", number(kernel.perf_event_paranoid)}};
  document["process"] = {
      {"uid", kernel.uid}, {"capabilities", kernel.capabilities}, {"netns", kernel.network_namespace}};
  document["interfaces"] = nlohmann::ordered_json::array();
  for (const HostInterface& interface : checkup.interfaces) document["interfaces"].push_back(printable(interface.name));
  document["evidence"] = nlohmann::ordered_json::array();
  for (const EvidenceAccess& item : checkup.evidence) {
    document["evidence"].push_back({{"id", item.id},
                                    {"tells", item.tells},
                                    {"needs", item.needs},
                                    {"state", text(item.availability.state)},
                                    {"reason", printable(item.availability.reason)},
                                    {"remedy", printable(item.availability.remedy)}});
  }
  document["full"] = count(checkup, Availability::State::full);
  document["reduced"] = count(checkup, Availability::State::reduced);
  document["none"] = count(checkup, Availability::State::none);
  return document.dump(2) + "\n";
}

Exit exit_of(const Checkup& checkup) {
  const auto calls_for_action = [](const EvidenceAccess& item) {
    const Availability& had = item.availability;
    return !had.is_usable() || (had.state == Availability::State::reduced && !had.remedy.empty());
  };
  return std::ranges::any_of(checkup.evidence, calls_for_action) ? Exit::blind : Exit::nothing_wrong;
}

}  // namespace wirecause
