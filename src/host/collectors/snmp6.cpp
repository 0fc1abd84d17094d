// Collector: counters of IPv6 and UDP over IPv6 of this network namespace (net/ipv6/proc.c snmp6_seq_show).
//
// One counter a line. The same words of care as for snmp.cpp: all sockets of the namespace are in them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "host/collector.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"
#include "host/kernel/unread_values.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/net/snmp6";

constexpr std::array kPublishes{
    Published{"Ip6InReceives", Shape::sample, Unit::packets, "IPv6 packets that reached the IP layer"},
    Published{"Ip6InHdrErrors", Shape::sample, Unit::packets, "IPv6 packets dropped for a bad header"},
    Published{"Ip6InNoRoutes", Shape::sample, Unit::packets, "IPv6 packets received that no route leads on"},
    Published{"Ip6InAddrErrors", Shape::sample, Unit::packets,
              "IPv6 packets dropped for an address that is not of this host"},
    Published{"Ip6InTruncatedPkts", Shape::sample, Unit::packets, "IPv6 packets shorter than their header says"},
    Published{"Ip6InDiscards", Shape::sample, Unit::packets,
              "IPv6 packets dropped for want of memory or by the kernel's choice"},
    Published{"Ip6InDelivers", Shape::sample, Unit::packets, "IPv6 packets handed to UDP, TCP, ICMPv6 and others"},
    Published{"Ip6InMcastPkts", Shape::sample, Unit::packets, "IPv6 multicast packets received"},
    Published{"Ip6ReasmTimeout", Shape::sample, Unit::packets,
              "IPv6 datagrams given up because a fragment did not come"},
    Published{"Ip6ReasmReqds", Shape::sample, Unit::packets, "IPv6 fragments that waited for their datagram"},
    Published{"Ip6ReasmOKs", Shape::sample, Unit::packets, "IPv6 datagrams put together from fragments"},
    Published{"Ip6ReasmFails", Shape::sample, Unit::packets, "IPv6 datagrams that could not be put together"},
    Published{"Icmp6OutDestUnreachs", Shape::sample, Unit::packets, "ICMPv6 \"destination unreachable\" sent"},
    Published{"Udp6InDatagrams", Shape::sample, Unit::packets, "UDP datagrams over IPv6 that applications read"},
    Published{"Udp6NoPorts", Shape::sample, Unit::packets, "UDP datagrams over IPv6 for a port that nobody bound"},
    Published{"Udp6InErrors", Shape::sample, Unit::packets,
              "UDP datagrams over IPv6 dropped at a socket, for any reason"},
    Published{"Udp6RcvbufErrors", Shape::sample, Unit::packets,
              "UDP datagrams over IPv6 dropped because a receive buffer was full"},
    Published{"Udp6SndbufErrors", Shape::sample, Unit::packets,
              "UDP datagrams over IPv6 not sent because a send buffer was full"},
    Published{"Udp6InCsumErrors", Shape::sample, Unit::packets,
              "UDP datagrams over IPv6 dropped for a bad checksum; counted when they are read"},
    Published{"Udp6IgnoredMulti", Shape::sample, Unit::packets, "IPv6 multicast datagrams that no socket here wanted"},
    Published{"Udp6MemErrors", Shape::sample, Unit::packets,
              "UDP datagrams over IPv6 dropped because net.ipv4.udp_mem was used up"},
};

constexpr std::size_t kMaxLines = 512;  // the kernel writes some 90; more are not looked at

class Snmp6Run final : public CollectorRun {
 public:
  explicit Snmp6Run(ProcFile file) : file_(std::move(file)) { lines_.reserve(kMaxLines); }

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    WC_TRY_ASSIGN(std::string_view text, file_.read());
    UnreadValues unread(kSource);
    for (std::size_t number = 0; number < kMaxLines; ++number) {
      const auto line = take_line(text);
      if (!line) break;
      publish(*line, number, sink, unread);
    }
    if (!text.empty()) unread.add("in a line that is cut");
    return unread.result();
  }

 private:
  // What stood on this line at the last reading; nullptr: nothing that is wanted.
  struct Known {
    std::string name;
    const Published* wanted = nullptr;
  };

  void publish(std::string_view line, std::size_t number, EvidenceSink& sink, UnreadValues& unread) {
    const std::string_view name = take_word(line);
    if (number >= lines_.size()) lines_.resize(number + 1);
    Known& known = lines_[number];
    if (known.name != name) {
      const auto found = std::ranges::find(kPublishes, name, &Published::name);
      known = {std::string(name), found == kPublishes.end() ? nullptr : &*found};
    }
    if (known.wanted == nullptr) return;
    if (const auto value = number_of(take_word(line))) {
      sink.sample(known.wanted->name, kHost, *value);
    } else {
      unread.add(known.wanted->name);
    }
  }

  ProcFile file_;
  std::vector<Known> lines_;
};

// IPv6 is switched off or not built: there is nothing to read, and nothing is missing.
class NoIpv6Run final : public CollectorRun {
 public:
  Result<void> sample(TimeNs, EvidenceSink&) override { return {}; }
};

Availability can_run(const HostContext& context) {
  const auto file = ProcFile::open(path_below(context, kSource));
  if (!file && file.error().code() == Errc::not_found) return available();
  return can_read_text<kSource>(context);
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  auto file = ProcFile::open(path_below(context, kSource));
  if (file) return std::make_unique<Snmp6Run>(std::move(*file));
  if (file.error().code() == Errc::not_found) return std::make_unique<NoIpv6Run>();
  return tl::unexpected(std::move(file).error());
}

}  // namespace

extern constinit const Collector collector_snmp6{
    .id = "snmp6",
    .summary = "IPv6 counters, and those of UDP over IPv6",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
