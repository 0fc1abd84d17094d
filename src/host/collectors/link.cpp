// Collector: counters of the followed interfaces, from RTM_GETSTATS with IFLA_STATS_LINK_64 (net/core/rtnetlink.c
// rtnl_stats_get; meaning of each: Documentation/networking/statistics.rst and include/uapi/linux/if_link.h).
//
// One question an interface, asked anew at every reading: a dump would also read the counters of interfaces that nobody
// follows. What a driver puts into rx_dropped, rx_missed_errors and rx_fifo_errors differs: the collector ethtool reads
// the driver's own names. A veth's full ring is tx_dropped of the *sending* end.
// SPDX-License-Identifier: Apache-2.0
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/netlink_attributes.hpp"
#include "host/kernel/netlink_channel.hpp"
#include "host/nic/link_statistics.hpp"

namespace wirecause {
namespace {

constexpr std::array kPublishes{
    Published{"rx_packets", Shape::sample, Unit::packets, "packets that the interface received"},
    Published{"tx_packets", Shape::sample, Unit::packets, "packets that the interface sent"},
    Published{"rx_errors", Shape::sample, Unit::packets,
              "bad packets received, the sum of the named errors and others"},
    Published{"rx_dropped", Shape::sample, Unit::packets, "packets received and dropped before anybody saw them"},
    Published{"tx_dropped", Shape::sample, Unit::packets,
              "packets dropped on their way out; of a veth those that its peer had no room for"},
    Published{"multicast", Shape::sample, Unit::packets, "multicast packets received"},
    Published{"rx_length_errors", Shape::sample, Unit::packets, "frames dropped for an impossible length"},
    Published{"rx_over_errors", Shape::sample, Unit::packets, "frames dropped because the receiver was overrun"},
    Published{"rx_crc_errors", Shape::sample, Unit::packets, "frames damaged on the line: bad checksum"},
    Published{"rx_frame_errors", Shape::sample, Unit::packets, "frames damaged on the line: bad alignment"},
    Published{"rx_fifo_errors", Shape::sample, Unit::packets, "frames dropped because the device's buffer was full"},
    Published{"rx_missed_errors", Shape::sample, Unit::packets, "frames dropped because the host had no buffer ready"},
    Published{"rx_nohandler", Shape::sample, Unit::packets, "packets received by an inactive part of a bond or team"},
};

class LinkRun final : public CollectorRun {
 public:
  LinkRun(NetlinkChannel channel, std::vector<HostInterface> interfaces)
      : channel_(std::move(channel)), interfaces_(std::move(interfaces)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    Result<void> first_failure;
    for (std::uint32_t position = 0; position < interfaces_.size(); ++position) {
      auto done = sample_one(position, sink);
      if (!done && first_failure) first_failure = tl::unexpected(std::move(done).error());
    }
    return first_failure;
  }

 private:
  Result<void> sample_one(std::uint32_t position, EvidenceSink& sink) {
    if_stats_msg question{};
    question.family = AF_UNSPEC;
    question.ifindex = interfaces_[position].index;
    question.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    const Subject subject{SubjectKind::interface, position};
    const auto bytes = std::as_bytes(std::span(&question, 1));
    auto done = channel_.ask(RTM_GETSTATS, 0, bytes, [&sink, subject](std::uint16_t, std::span<const std::byte> body) {
      if (const auto values = link_statistics(body)) publish(*values, subject, sink);
    });
    if (!done) return tl::unexpected(std::move(done).error().context("counters of " + interfaces_[position].name));
    return {};
  }

  static void publish(const LinkStatistics& values, Subject subject, EvidenceSink& sink) {
    const std::array in_order{values.rx_packets,       values.tx_packets,     values.rx_errors,
                              values.rx_dropped,       values.tx_dropped,     values.multicast,
                              values.rx_length_errors, values.rx_over_errors, values.rx_crc_errors,
                              values.rx_frame_errors,  values.rx_fifo_errors, values.rx_missed_errors,
                              values.rx_nohandler};
    static_assert(in_order.size() == kPublishes.size());
    for (std::size_t i = 0; i < in_order.size(); ++i) {
      if (in_order[i]) sink.sample(kPublishes[i].name, subject, *in_order[i]);
    }
  }

  NetlinkChannel channel_;
  std::vector<HostInterface> interfaces_;
};

Availability can_run(const HostContext&) {
  const auto channel = NetlinkChannel::open(NETLINK_ROUTE);
  if (channel) return available();
  return unavailable(channel.error().message(), "allow AF_NETLINK sockets (a sandbox or seccomp filter forbids them)");
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  WC_TRY_ASSIGN(NetlinkChannel channel, NetlinkChannel::open(NETLINK_ROUTE));
  return std::make_unique<LinkRun>(std::move(channel), context.interfaces);
}

}  // namespace

extern constinit const Collector collector_link{
    .id = "link",
    .summary = "counters of the interface: dropped, missed, fifo, crc",
    .source = "RTM_GETSTATS",
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::fast,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
