// SPDX-License-Identifier: Apache-2.0
#include "engine/live/equipment.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <set>

#include "capture/live/live_source.hpp"
#include "host/cpu_placement.hpp"
#include "host/netns.hpp"
#include "host/privileges.hpp"

namespace wirecause {
namespace {

constexpr const char* kProc = "/proc";
constexpr const char* kSys = "/sys";

// A piece of evidence that may be missing, and what is claimed less without it.
struct Missing {
  const char* what;
  std::string_view claim;
  bool hides_loss;  // without it units may be lost here and nobody sees it
};

constexpr Missing kDrops{"drops one by one",
                         "drops at sockets are told by counters alone: by count, without their sequence numbers; drops "
                         "before a socket are not seen",
                         true};
constexpr Missing kReaders{"reads of followed sockets", "what a reader took is not known, nor what kept it", false};
constexpr Missing kMemberships{"memberships per socket",
                               "which socket joined a group is not known, only which interface", false};
constexpr Missing kOwners{"owners of sockets",
                          "whose sockets of other users are is not known, nor which bypass the kernel", false};
constexpr Missing kSockets{"sockets and their drops", "consumers are not known: losses end at the tap", true};

EvidenceGap gap(const Missing& missing, std::string reason, std::string remedy) {
  return {missing.what, std::move(reason), std::move(remedy), std::string(missing.claim), missing.hides_loss};
}

Result<void> pin_if_asked(std::optional<std::uint32_t> cpu) {
  if (!cpu) return {};
  if (const auto pinned = pin_to_cpu(*cpu); !pinned) return fail(Errc::usage, "--cpu: " + pinned.error().message());
  return {};
}

// Followed interfaces in order of appearance, each once: an interface's position is its Subject.
std::uint32_t subject_of(HostContext& context, const std::string& interface) {
  for (std::uint32_t i = 0; i < context.interfaces.size(); ++i) {
    if (context.interfaces[i].name == interface) return i;
  }
  context.interfaces.push_back({interface, if_nametoindex(interface.c_str())});
  return static_cast<std::uint32_t>(context.interfaces.size() - 1);
}

LiveInput input_for(HostContext& context, const std::string& interface) {
  LiveInput input;
  input.interface = interface;
  input.ifindex = interface.empty() ? 0 : if_nametoindex(interface.c_str());
  input.subject = subject_of(context, interface);
  return input;
}

// UDP ports that are bound now: unicast to them passes the tap's filter.
std::vector<std::uint16_t> bound_ports(UdpSockets* sockets) {
  std::set<std::uint16_t> ports;
  if (sockets == nullptr) return {};
  if (const auto listed = sockets->dump()) {
    for (const UdpSocket& socket : *listed) {
      if (socket.remote_port == 0) ports.insert(socket.local_port);
    }
  }
  return {ports.begin(), ports.end()};
}

// Before the first packet is taken: what is read from then on is counted.
void follow_waiting_sockets(Equipment& equipment) {
  if (!equipment.sockets || !equipment.readers) return;
  const auto listed = equipment.sockets->dump();
  if (!listed) return;
  std::set<std::uint64_t> joined;
  if (equipment.memberships) {
    if (const auto read = equipment.memberships->read()) {
      for (const SocketMembership& member : read->memberships) joined.insert(member.cookie);
    }
  }
  std::vector<std::uint64_t> others;
  for (const UdpSocket& socket : *listed) {
    const bool waits = socket.local.is_multicast() || joined.contains(socket.cookie);
    if (waits) {
      (void)equipment.readers->follow_socket(socket.cookie);
    } else if (socket.remote_port == 0) {
      others.push_back(socket.cookie);
    }
  }
  // Readers of unicast, as far as there is room left beside them.
  if (others.size() > ReaderProbe::kMaxSockets / 2) others.resize(ReaderProbe::kMaxSockets / 2);
  for (const std::uint64_t cookie : others) (void)equipment.readers->follow_socket(cookie);
}

// Readers may sit on a VLAN, bond or bridge above a tapped interface.
void find_uppers(std::vector<LiveInput>& inputs) {
  const auto links = read_link_relations();
  if (!links) return;
  std::set<std::uint32_t> tapped;
  for (const LiveInput& input : inputs) {
    if (input.is_tap()) tapped.insert(input.ifindex);
  }
  for (LiveInput& input : inputs) {
    if (input.is_tap()) input.uppers = uppers_of(*links, input.ifindex, tapped);
  }
}

Result<std::vector<std::unique_ptr<LiveSource>>> open_sources(const WatchOptions& options, Equipment& equipment,
                                                              HostContext& context) {
  std::vector<std::unique_ptr<LiveSource>> sources;
  const auto add = [&](std::unique_ptr<LiveSource> source, const std::string& interface) {
    equipment.inputs.push_back(input_for(context, interface));
    equipment.inputs.back().joined_by_us = socket_cookie_of(*source);
    sources.push_back(std::move(source));
  };
  for (const std::string& interface : options.interfaces) {
    TapOptions tap;
    tap.interface = interface;
    tap.ring_bytes = options.ring_bytes;
    tap.filter = options.filter;
    tap.unicast_ports = bound_ports(equipment.sockets.get());
    WC_TRY_ASSIGN(auto source, open_tap(tap, static_cast<std::uint32_t>(sources.size())));
    add(std::move(source), interface);
  }
  for (const JoinRequest& request : options.joins) {
    JoinOptions join;
    join.group = request.endpoint.address;
    join.port = request.endpoint.port;
    join.interface = request.interface;
    join.buffer_bytes = options.rcvbuf;
    join.busy_poll_us = options.busy_poll;
    WC_TRY_ASSIGN(auto source, open_join(join, static_cast<std::uint32_t>(sources.size())));
    add(std::move(source), request.interface);
  }
  find_uppers(equipment.inputs);
  if (sources.empty()) return fail(Errc::usage, "nothing to watch: name an interface, or a group with --join");
  return sources;
}

// Opened at once: to ask first whether it can be would be to load every program twice, and a busy machine takes seconds for
// each. Why not is asked only where it could not be.
template <class Thing>
void open_optional(Equipment& equipment, std::unique_ptr<Thing>& into, const Missing& missing,
                   Availability (*availability)(), Result<std::unique_ptr<Thing>> (*open)()) {
  auto opened = open();
  if (!opened) {
    const Availability can = availability();
    equipment.gaps.push_back(gap(missing, can.is_usable() ? opened.error().message() : can.reason, can.remedy));
    return;
  }
  into = std::move(*opened);
  if constexpr (requires { into->availability(); }) {
    const Availability& has = into->availability();
    if (has.state != Availability::State::reduced) return;
    equipment.gaps.push_back({missing.what, has.reason, has.remedy, std::string(missing.claim), false});
  }
}

// Its socket opens where the kernel knows nothing of UDP, and only the first question shows it.
void open_sockets(Equipment& equipment) {
  const Availability can = udp_sockets_availability();
  if (can.is_usable())
    return open_optional(equipment, equipment.sockets, kSockets, &udp_sockets_availability, &open_udp_sockets);
  equipment.gaps.push_back(gap(kSockets, can.reason, can.remedy));
}

void open_programs(const WatchOptions& options, Equipment& equipment) {
  if (!options.use_bpf) {
    for (const Missing& missing : {kDrops, kReaders, kMemberships}) {
      equipment.gaps.push_back(gap(missing, "--no-bpf", "leave out --no-bpf"));
    }
    return;
  }
  open_optional(equipment, equipment.drops, kDrops, &drop_probe_availability, &open_drop_probe);
  open_optional(equipment, equipment.readers, kReaders, &reader_probe_availability, &open_reader_probe);
  open_optional(equipment, equipment.memberships, kMemberships, &membership_iterator_availability,
                &open_membership_iterator);
  if (!equipment.readers) return;
  if (const auto attached = equipment.readers->attach(); !attached) {
    equipment.gaps.push_back(gap(kReaders, attached.error().message(), ""));
    equipment.readers.reset();
  }
}

// Before anything else is open. Without a helper this process looks itself, at what is open to a process without capabilities.
void open_process_search(Equipment& equipment) {
  auto helper = start_search_helper(kProc);
  if (helper) {
    equipment.processes = std::move(*helper);
    for (const std::string_view name : kProcessSearchCapabilities) {
      if (has_capability(name)) equipment.capabilities_kept.emplace_back(name);
    }
    return;
  }
  equipment.gaps.push_back(gap(kOwners, helper.error().message(), "allow one more process"));
  equipment.processes = search_here(kProc);
}

}  // namespace

Result<Equipment> open_equipment(const WatchOptions& options) {
  if (!options.netns.empty()) WC_TRY(enter_netns(options.netns));
  WC_TRY(pin_if_asked(options.cpu));
  if (!options.cpu) (void)stay_off_isolated_cpus(kSys);
  Equipment equipment;
  equipment.netns = own_netns();
  open_process_search(equipment);
  open_sockets(equipment);
  open_programs(options, equipment);
  follow_waiting_sockets(equipment);
  HostContext context;
  context.proc = kProc;
  context.sys = kSys;
  WC_TRY_ASSIGN(auto sources, open_sources(options, equipment, context));
  equipment.packets = std::make_unique<LiveMerge>(std::move(sources));
  equipment.book = std::make_unique<HostBook>();
  equipment.sampler = std::make_unique<Sampler>(context, *equipment.book);
  WC_TRY(drop_capabilities({}));
  return equipment;
}

}  // namespace wirecause
