// Collector: BPF programs that packets of the followed interfaces pass: XDP, and tc or tcx filters.
//
// An XDP program drops before the kernel has a packet, and its drops need not bear a reason: that a program is there, and
// the driver's xdp_drops, are then the evidence. Read every ten seconds, and by whoever has a symptom to explain.
// SPDX-License-Identifier: Apache-2.0
#include <linux/rtnetlink.h>

#include <array>
#include <optional>
#include <string>

#include "host/bpf_attachments.hpp"
#include "host/collector.hpp"
#include "host/link_state.hpp"
#include "host/netlink_channel.hpp"

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
  BpfProgramsRun(NetlinkChannel channel, std::vector<HostInterface> interfaces)
      : channel_(std::move(channel)), interfaces_(std::move(interfaces)), told_(interfaces_.size()) {}

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    Result<void> first_failure;
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      auto link = read_link_state(channel_, interfaces_[position].index);
      if (link) {
        tell_xdp(position, *link, now, sink);
      } else if (first_failure) {
        first_failure = tl::unexpected(std::move(link).error().context("XDP of " + interfaces_[position].name));
      }
      tell_tc(position, now, sink);
    }
    return first_failure;
  }

 private:
  struct Told {
    std::optional<std::string> xdp;
    std::optional<std::string> tc;
  };

  void tell_xdp(std::uint32_t position, const LinkState& link, TimeNs now, EvidenceSink& sink) {
    // A link without the attribute is of a kernel or device without XDP: there is no program.
    const std::uint32_t id = link.xdp_program.value_or(0);
    std::string text = link.xdp_mode.empty() ? "" : described(link.xdp_mode, id, program_name(id));
    if (told_[position].xdp == text) return;
    told_[position].xdp = text;
    sink.record(state(kPublishes[0].name, position, id, std::move(text), now));
  }

  void tell_tc(std::uint32_t position, TimeNs now, EvidenceSink& sink) {
    bool refused = false;
    const auto programs = tc_programs(channel_, interfaces_[position].index, refused);
    if (refused && programs.empty()) return;  // not known
    std::string text;
    for (const BpfProgram& program : programs) {
      text.append(text.empty() ? "" : ", ").append(described(program.where, program.id, program.name));
    }
    if (told_[position].tc == text) return;
    told_[position].tc = text;
    sink.record(state(kPublishes[1].name, position, static_cast<std::int64_t>(programs.size()), std::move(text), now));
  }

  static Record state(std::string_view name, std::uint32_t position, std::int64_t value, std::string text, TimeNs now) {
    Record record;
    record.shape = Shape::state;
    record.name = name;
    record.subject = {SubjectKind::interface, position};
    record.from = now;
    record.value = value;
    record.source = kSource;
    record.text = std::move(text);
    return record;
  }

  NetlinkChannel channel_;
  std::vector<HostInterface> interfaces_;
  std::vector<Told> told_;  // by interface
};

Availability can_run(const HostContext& context) {
  auto channel = NetlinkChannel::open(NETLINK_ROUTE);
  if (!channel) {
    return unavailable(channel.error().message(),
                       "allow AF_NETLINK sockets (a sandbox or seccomp filter forbids them)");
  }
  constexpr std::uint32_t kLoopback = 1;  // of every network namespace
  bool refused = false;
  tc_programs(*channel, context.interfaces.empty() ? kLoopback : context.interfaces.front().index, refused);
  if (!refused) return available();
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
    .needs = "none (CAP_NET_ADMIN for tcx, CAP_SYS_ADMIN for names)",
    .publishes = kPublishes,
    .pace = Pace::slow,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
