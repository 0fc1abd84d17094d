// SPDX-License-Identifier: Apache-2.0
#include "diagnose/live_placeholders.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "diagnose/host_case.hpp"
#include "diagnose/netfilter_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

enum class Of : std::uint8_t { host, interface, consumer };
enum class Form : std::uint8_t { value, text };

// Placeholder, the record that fills it, of which subject, and whether its value (times `factor`) or its text does.
struct Source {
  std::string_view placeholder;
  std::string_view record;
  Of of;
  Form form;
  std::uint64_t factor;
};

constexpr std::array kSources{
    Source{"group", "consumer.group", Of::consumer, Form::text, 1},
    Source{"port", "consumer.local", Of::consumer, Form::value, 1},
    Source{"rpfilter", "net.ipv4.conf.rp_filter", Of::interface, Form::value, 1},
    Source{"xdp", "interface.xdp", Of::interface, Form::value, 1},
    Source{"backlog", "net.core.netdev_max_backlog", Of::host, Form::value, 1},
    Source{"largerbacklog", "net.core.netdev_max_backlog", Of::host, Form::value, 4},
    Source{"conntrack", "net.netfilter.nf_conntrack_max", Of::host, Form::value, 1},
    Source{"largerconntrack", "net.netfilter.nf_conntrack_max", Of::host, Form::value, 2},
};

Subject bearer(const Finding& finding, const Scene& scene) {
  return finding.subject.kind == SubjectKind::feed ? scene.line : finding.subject;
}

Subject subject_for(Of of, const Interface& on, const Finding& finding) {
  switch (of) {
    case Of::host:
      return kThisHost;
    case Of::interface:
      return on.subject;
    case Of::consumer:
      return finding.subject;
  }
  return {};
}

std::string text_of(const Record& record, const Source& source) {
  if (source.form == Form::text) return record.text;
  if (record.value < 0) return {};
  return std::to_string(capped_product(static_cast<std::uint64_t>(record.value), source.factor));
}

constexpr std::array<std::string_view, 3> kRulePlaceholders{"rulefamily", "ruletable", "rulechain"};

// Of the rule that counted the drops, "inet filter input handle 7: drop", or policy, "inet filter input: drop": its family,
// table and chain.
void put_rule(PlaceholderValues& values, const EvidenceView& view, const Finding& finding) {
  const auto rule = busiest_rule(view, finding.first, finding.last);
  if (!rule) return;
  std::string_view rest = view.record(*rule).text;
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

}  // namespace

void put_live_values(PlaceholderValues& values, const EvidenceView& view, const Scene& scene, const Finding& finding) {
  const Interface on = interface_of(view, bearer(finding, scene));
  if (!on.name.empty()) values.try_emplace("interface", on.name);
  for (const Source& source : kSources) {
    const Record* record = view.find(source.record, subject_for(source.of, on, finding));
    if (record == nullptr) continue;
    std::string text = text_of(*record, source);
    if (!text.empty()) values.try_emplace(source.placeholder, std::move(text));
  }
  put_rule(values, view, finding);
  put_ip_family(values);
}

std::vector<std::string_view> live_placeholder_names() {
  std::vector<std::string_view> names(kRulePlaceholders.begin(), kRulePlaceholders.end());
  names.push_back("ipfamily");
  for (const Source& source : kSources) names.push_back(source.placeholder);
  return names;
}

}  // namespace wirecause
