// Collector: BPF programs that packets of the followed interfaces pass: XDP, and tc or tcx filters.
//
// An XDP program drops before the kernel has a packet, and its drops need not bear a reason: that a program is there, and
// the driver's xdp_drops, are then the evidence. Read every ten seconds, and by whoever has a symptom to explain.
// SPDX-License-Identifier: Apache-2.0
#include <linux/rtnetlink.h>

#include <array>
#include <map>
#include <optional>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/collected_record.hpp"
#include "host/kernel/netlink_channel.hpp"
#include "host/nic/bpf_attachments.hpp"
#include "host/nic/link_state.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSource = "RTM_GETLINK, RTM_GETTFILTER, BPF_PROG_QUERY";

constexpr std::array kPublishes{
    Published{"interface.xdp", Shape::state, Unit::none,
              "XDP program of the interface: value its id, 0 none; text mode and name"},
    Published{"interface.tc_bpf", Shape::state, Unit::none,
              "tc and tcx programs of the interface: value how many, text where, id and name of each"},
};

std::string described(std::string_view where, std::uint32_t id, const std::string& name) {
  std::string text(where);
  text.append(text.empty() ? "" : " ").append("program ").append(std::to_string(id));
  if (!name.empty()) text.append(" ").append(name);
  return text;
}

class BpfProgramsRun final : public CollectorRun {
 public:
  // Reads what takes a privilege, while there is one.
  BpfProgramsRun(NetlinkChannel channel, std::vector<HostInterface> interfaces)
      : channel_(std::move(channel)), interfaces_(std::move(interfaces)), known_(interfaces_.size()) {
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      if (const auto link = read_link_state(channel_, interfaces_[position].index)) xdp_text(*link);
      tc_text(position);
    }
  }

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    Result<void> first_failure;
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      const Subject subject{SubjectKind::interface, position};
      Known& known = known_[position];
      auto link = read_link_state(channel_, interfaces_[position].index);
      if (link) {
        // A link without the attribute is of a kernel or device without XDP: there is no program.
        tell(known.xdp, kPublishes[0].name, subject, link->xdp_program.value_or(0), xdp_text(*link), now, sink);
      } else if (first_failure) {
        first_failure = tl::unexpected(std::move(link).error().context("XDP of " + interfaces_[position].name));
      }
      std::string text = tc_text(position);
      if (known.tc_count) tell(known.tc, kPublishes[1].name, subject, *known.tc_count, std::move(text), now, sink);
    }
    return first_failure;
  }

 private:
  struct Known {
    std::optional<std::string> xdp;              // as told
    std::optional<std::string> tc;               // as told
    std::optional<std::vector<BpfProgram>> tcx;  // as last allowed to ask
    std::optional<std::int64_t> tc_count;        // nothing: it was never allowed to ask for all of them
  };

  std::string xdp_text(const LinkState& link) {
    if (link.xdp_mode.empty()) return {};
    const std::uint32_t id = link.xdp_program.value_or(0);
    return described(link.xdp_mode, id, name_of(id));
  }

  std::string tc_text(std::uint32_t position) {
    Known& known = known_[position];
    if (auto tcx = tcx_programs(interfaces_[position].index)) known.tcx = std::move(*tcx);
    std::vector<BpfProgram> programs = tc_filters(channel_, interfaces_[position].index);
    if (known.tcx) programs.insert(programs.begin(), known.tcx->begin(), known.tcx->end());
    if (known.tcx || !programs.empty()) known.tc_count = static_cast<std::int64_t>(programs.size());
    std::string text;
    for (const BpfProgram& program : programs) {
      // A filter's own name is what its loader wrote there, often with the id in it.
      const std::string& loaded_as = name_of(program.id);
      const std::string& name = loaded_as.empty() ? program.name : loaded_as;
      text.append(text.empty() ? "" : ", ").append(described(program.where, program.id, name));
    }
    return text;
  }

  // Names are kept: later there may be no privilege to ask.
  const std::string& name_of(std::uint32_t id) {
    if (names_.size() >= kMostNames) names_.clear();
    std::string& name = names_[id];
    if (name.empty() && id != 0) name = program_name(id);
    return name;
  }

  static void tell(std::optional<std::string>& told, std::string_view name, Subject subject, std::int64_t value,
                   std::string text, TimeNs now, EvidenceSink& sink) {
    if (told == text) return;
    told = text;
    sink.record(collected(Shape::state, name, subject, value, std::move(text), now, kSource));
  }

  static constexpr std::size_t kMostNames = 1024;

  NetlinkChannel channel_;
  std::vector<HostInterface> interfaces_;
  std::vector<Known> known_;  // by interface
  std::map<std::uint32_t, std::string> names_;
};

Availability can_run(const HostContext& context) {
  auto channel = NetlinkChannel::open(NETLINK_ROUTE);
  if (!channel) {
    return unavailable(channel.error().message(),
                       "allow AF_NETLINK sockets (a sandbox or seccomp filter forbids them)");
  }
  constexpr std::uint32_t kLoopback = 1;  // of every network namespace
  if (tcx_programs(context.interfaces.empty() ? kLoopback : context.interfaces.front().index)) return available();
  return reduced("tcx programs may not be asked for; XDP and clsact filters may",
                 "run as root or with CAP_NET_ADMIN (CAP_SYS_ADMIN for the names of programs)");
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  WC_TRY_ASSIGN(NetlinkChannel channel, NetlinkChannel::open(NETLINK_ROUTE));
  return std::make_unique<BpfProgramsRun>(std::move(channel), context.interfaces);
}

}  // namespace

extern constinit const Collector collector_bpf_programs{
    .id = "bpf_programs",
    .summary = "XDP, tc and tcx programs that packets of the interface pass",
    .source = kSource,
    .needs = "CAP_NET_ADMIN for tcx, CAP_SYS_ADMIN for names",
    .publishes = kPublishes,
    .pace = Pace::slow,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
