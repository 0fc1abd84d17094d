// Collector: which multicast groups the followed interfaces are members of (/proc/net/igmp and igmp6).
//
// A membership here says that some socket of this host joined the group on this interface, not which one: that is known
// to the iterator over sockets alone (memberships.hpp). Published when it is first read and when it has changed.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/memberships.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/collected_record.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/net/igmp";
constexpr std::size_t kMostInText = 64;

constexpr std::array kPublishes{
    Published{"interface.memberships", Shape::state, Unit::none,
              "multicast groups that the interface is a member of: value how many, text which"},
};

std::string list_of(const std::vector<IpAddress>& groups) {
  std::string text;
  for (std::size_t i = 0; i < std::min(groups.size(), kMostInText); ++i) {
    text.append(i == 0 ? "" : ", ").append(groups[i].text());
  }
  if (groups.size() > kMostInText) text += " and " + std::to_string(groups.size() - kMostInText) + " more";
  return text;
}

class MembershipsRun final : public CollectorRun {
 public:
  explicit MembershipsRun(const HostContext& context)
      : proc_(context.proc), interfaces_(context.interfaces), told_(interfaces_.size()) {}

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    const auto memberships = interface_memberships(proc_);
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      std::vector<IpAddress> groups;
      for (const InterfaceMembership& membership : memberships) {
        if (membership.interface == interfaces_[position].name) groups.push_back(membership.group);
      }
      std::ranges::sort(groups);
      if (told_[position] == groups) continue;
      sink.record(collected(Shape::state, kPublishes[0].name, {SubjectKind::interface, position},
                            static_cast<std::int64_t>(groups.size()), list_of(groups), now, kSource));
      told_[position] = std::move(groups);
    }
    return {};
  }

 private:
  std::string proc_;
  std::vector<HostInterface> interfaces_;
  std::vector<std::optional<std::vector<IpAddress>>> told_;  // by interface
};

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  WC_TRY_ASSIGN(const ProcFile proof, ProcFile::open(path_below(context, kSource)));
  return std::make_unique<MembershipsRun>(context);
}

}  // namespace

extern constinit const Collector collector_memberships{
    .id = "memberships",
    .summary = "multicast groups that the interface is a member of, IPv4 and IPv6",
    .source = "/proc/net/igmp, /proc/net/igmp6",
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_read_text<kSource>,
    .open = &open,
};

}  // namespace wirecause
