// SPDX-License-Identifier: Apache-2.0
#include "host/evidence_access.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/errno.hpp"
#include "base/file_descriptor.hpp"
#include "host/drops/drop_probe.hpp"
#include "host/privileges.hpp"
#include "host/readers/reader_probe.hpp"
#include "host/sockets/memberships.hpp"
#include "host/sockets/process_search.hpp"
#include "host/sockets/udp_sockets.hpp"

namespace wirecause {
namespace {

// A packet socket without a protocol: it can be opened and hears nothing.
Availability tap_availability() {
  const FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (socket.is_open()) return available();
  const int error = errno;
  const bool is_refused = errc_of(error) == Errc::permission;
  return unavailable("AF_PACKET socket: " + errno_text(error),
                     is_refused
                         ? "run as root or with CAP_NET_RAW; or name the group with watch --join, which needs none"
                         : "use a kernel with CONFIG_PACKET; or name the group with watch --join");
}

// /proc/PID/fd, maps, wchan and syscall of others are open to who may trace them (fs/proc/base.c, ptrace_may_access).
// What lies in a folder of theirs, to who may also pass by its mode.
Availability others_availability(std::string_view what) {
  if (std::ranges::all_of(kProcessSearchCapabilities, has_capability)) return available();
  return reduced("only " + std::string(what) + " this user's processes",
                 "run as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
}
Availability owners_availability() { return others_availability("owners among"); }
Availability bypass_availability() { return others_availability("stacks of"); }
Availability threads_availability() { return others_availability("waits of"); }

struct Piece {
  std::string_view id;
  std::string_view tells;
  std::string_view needs;
  Availability (*ask)();
};

constexpr std::array kPieces{
    Piece{"packets", "what the interface delivered, packet by packet (the tap)", "CAP_NET_RAW", &tap_availability},
    Piece{"drops", "each packet that the kernel dropped: reason, place, socket, number", "CAP_BPF and CAP_PERFMON",
          &drop_probe_availability},
    Piece{"sockets", "UDP sockets: queue, buffer, drops of each", "none", &udp_sockets_availability},
    Piece{"socket memberships", "which socket joined which group", "CAP_BPF and CAP_PERFMON",
          &membership_iterator_availability},
    Piece{"owners", "which process owns a socket", "CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH", &owners_availability},
    Piece{"bypass", "processes whose receive path the kernel does not see", "CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH",
          &bypass_availability},
    Piece{"reads", "what each reader took, and how long it was kept off the CPU", "CAP_BPF and CAP_PERFMON",
          &reader_probe_availability},
    Piece{"threads", "what a reader's threads wait in", "CAP_SYS_PTRACE", &threads_availability},
};

}  // namespace

std::vector<EvidenceAccess> evidence_access(const HostContext& context) {
  std::vector<EvidenceAccess> all;
  for (const Piece& piece : kPieces) all.push_back({std::string(piece.id), piece.tells, piece.needs, piece.ask()});
  for (const Collector* collector : all_collectors()) {
    all.push_back(
        {"collector " + std::string(collector->id), collector->summary, collector->needs, collector->can_run(context)});
  }
  return all;
}

}  // namespace wirecause
