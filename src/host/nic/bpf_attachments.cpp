// SPDX-License-Identifier: Apache-2.0
#include "host/nic/bpf_attachments.hpp"

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <set>

#include "base/descriptor.hpp"
#include "host/kernel/netlink_attributes.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMostPrograms = 64;  // BPF_MPROG_MAX of the kernel

// enum bpf_attach_type of Linux 6.6; the headers that we build with may be older.
constexpr int kTcxIngress = 46;
constexpr int kTcxEgress = 47;

struct Hook {
  std::uint32_t parent;
  std::string_view where;
};
constexpr std::array kClsactHooks{
    Hook{TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), "ingress"},
    Hook{TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS), "egress"},
};

void add_filters(NetlinkChannel& channel, std::uint32_t ifindex, const Hook& hook, std::vector<BpfProgram>& programs) {
  tcmsg question{};
  question.tcm_family = AF_UNSPEC;
  question.tcm_ifindex = static_cast<int>(ifindex);
  question.tcm_parent = hook.parent;
  std::set<std::uint32_t> seen;  // the kernel dumps a filter once for its protocol and once for itself
  const auto add = [&](std::uint16_t, std::span<const std::byte> body) {
    auto program = bpf_filter(body);
    if (!program || programs.size() >= kMostPrograms || !seen.insert(program->id).second) return;
    program->where = hook.where;
    programs.push_back(std::move(*program));
  };
  // An interface without clsact has no such parent (EINVAL), and no filters.
  static_cast<void>(channel.ask(RTM_GETTFILTER, NLM_F_DUMP, std::as_bytes(std::span(&question, 1)), add));
}

// False: may not be asked for.
bool add_tcx(std::uint32_t ifindex, int attach_type, std::string_view where, std::vector<BpfProgram>& programs) {
  std::array<std::uint32_t, kMostPrograms> ids{};
  auto count = static_cast<std::uint32_t>(ids.size());
  std::uint32_t flags = 0;
  // target_fd and target_ifindex are one field of the system call.
  const int error = bpf_prog_query(static_cast<int>(ifindex), static_cast<bpf_attach_type>(attach_type), 0, &flags,
                                   ids.data(), &count);
  if (error == -EPERM || error == -EACCES) return false;
  if (error != 0) return true;  // EINVAL: a kernel before 6.6
  for (std::size_t i = 0; i < std::min<std::size_t>(count, ids.size()); ++i) {
    programs.push_back({ids[i], {}, std::string(where)});
  }
  return true;
}

}  // namespace

std::optional<BpfProgram> bpf_filter(std::span<const std::byte> body) {
  if (!take_header<tcmsg>(body)) return std::nullopt;
  const auto kind = find_attribute(body, TCA_KIND);
  const auto options = find_attribute(body, TCA_OPTIONS);
  if (!kind || kind->text() != "bpf" || !options) return std::nullopt;
  const auto id = find_attribute(options->payload, TCA_BPF_ID);
  const auto value = id ? id->as<std::uint32_t>() : std::nullopt;
  if (!value) return std::nullopt;
  BpfProgram program;
  program.id = *value;
  if (const auto name = find_attribute(options->payload, TCA_BPF_NAME)) program.name = name->text();
  return program;
}

std::vector<BpfProgram> tc_filters(NetlinkChannel& channel, std::uint32_t ifindex) {
  std::vector<BpfProgram> programs;
  for (const Hook& hook : kClsactHooks) add_filters(channel, ifindex, hook, programs);
  return programs;
}

std::optional<std::vector<BpfProgram>> tcx_programs(std::uint32_t ifindex) {
  std::vector<BpfProgram> programs;
  const bool may_ask =
      add_tcx(ifindex, kTcxIngress, "tcx ingress", programs) && add_tcx(ifindex, kTcxEgress, "tcx egress", programs);
  return may_ask ? std::optional(std::move(programs)) : std::nullopt;
}

std::string program_name(std::uint32_t id) {
  const Descriptor program(bpf_prog_get_fd_by_id(id));
  if (!program.is_open()) return {};
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(program.get(), &info, &size) != 0) return {};
  return {info.name, ::strnlen(info.name, sizeof info.name)};
}

}  // namespace wirecause
