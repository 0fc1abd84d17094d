// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_path_records.hpp"

#include <algorithm>

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using tcp::PathSummary;

std::uint64_t count_of(std::int64_t value) { return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)); }

void put_queueing(const PathSummary& path, TcpRecords& records) {
  if (path.queueing.samples == 0) return;
  records.put("tcp.base_rtt_ns", Unit::nanoseconds, count_of(path.queueing.base.ns));
  records.put("tcp.queueing_ns", Unit::nanoseconds, count_of(path.queueing.mean.ns));
  records.put("tcp.queueing_most_ns", Unit::nanoseconds, count_of(path.queueing.most.ns));
  records.put("tcp.queue_follows_flight", Unit::none, count_of(path.queueing.follows_flight));
}

void put_rates(const PathSummary& path, TcpRecords& records) {
  records.put("tcp.policed", Unit::none, path.was_watched && path.policing.is_policed ? 1 : 0);
  if (!path.was_watched) return;
  records.put("tcp.fastest_rate", Unit::none, path.fastest_rate);
  records.put("tcp.loss_epochs", Unit::none, path.policing.losses);
  records.put("tcp.queued_before_loss", Unit::none, path.policing.queued_before);
  if (path.policing.intervals == 0) return;
  records.put("tcp.policed_rate", Unit::none, path.policing.rate);
}

void put_sizes(const PathSummary& path, TcpRecords& records) {
  records.put("tcp.size_passed", Unit::bytes, path.size_passed);
  records.put("tcp.size_stuck", Unit::bytes, path.size_stuck);
  records.put("tcp.stuck_resends", Unit::packets, path.stuck_resends);
  records.put("tcp.told_mtu", Unit::bytes, path.told_mtu);
}

// How many stood still with it.
void put_incast(const tcp::TcpSummary& tcp, const ConnectionSummary& c, std::size_t sender, TcpRecords& records) {
  const IpAddress& receiver = sender == 0 ? c.server.address : c.client.address;
  const tcp::Incast* largest = nullptr;
  for (const tcp::Incast& incast : tcp.incasts) {
    const bool is_of =
        incast.point == c.point && incast.receiver == receiver && std::ranges::binary_search(incast.connections, c.id);
    if (is_of && (largest == nullptr || incast.connections.size() > largest->connections.size())) largest = &incast;
  }
  if (largest == nullptr) return records.put("tcp.incast_flows", Unit::none, 0);
  records.put_in("tcp.incast_flows", Unit::none, largest->connections.size(), largest->from, largest->to, 0, {}, {});
}

}  // namespace

void put_path(const tcp::TcpSummary& tcp, const ConnectionSummary& connection, std::size_t sender,
              TcpRecords& records) {
  const PathSummary& path = connection.directions[sender].path;
  put_queueing(path, records);
  put_rates(path, records);
  put_sizes(path, records);
  put_incast(tcp, connection, sender, records);
}

}  // namespace wirecause
