// SPDX-License-Identifier: Apache-2.0
#include "capture/live/join_source.hpp"

#include <fmt/format.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/errno.hpp"
#include "capture/live/interface.hpp"

namespace wirecause {
namespace {

// A datagram is stamped when its driver hands it up, and can be read when its softirq has brought it to the socket: that
// takes as long as one run of softirqs may take (net.core.netdev_budget_usecs: two ticks), twice for a second backlog.
constexpr DurationNs kOnItsWay = milliseconds(20);

TimeNs time_of(const timespec& time) {
  return {std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec}};
}

bool is_set(const timespec& time) { return time.tv_sec != 0 || time.tv_nsec != 0; }

// Nothing when it is shorter than a T.
template <class T>
std::optional<T> content(const cmsghdr& part) {
  T value;
  if (part.cmsg_len < CMSG_LEN(sizeof value)) return std::nullopt;
  std::memcpy(&value, CMSG_DATA(&part), sizeof value);
  return value;
}

void read_sender(const sockaddr_storage& from, DatagramAddresses& addresses) {
  if (from.ss_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, &from, sizeof in);
    addresses.source = IpAddress::v4(ntohl(in.sin_addr.s_addr));
    addresses.source_port = ntohs(in.sin_port);
  } else if (from.ss_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, &from, sizeof in);
    const auto* const bytes = static_cast<const std::byte*>(static_cast<const void*>(&in.sin6_addr));
    addresses.source = IpAddress::v6(std::span<const std::byte, 16>(bytes, 16));
    addresses.source_port = ntohs(in.sin6_port);
  }
}

}  // namespace

struct JoinSource::Ancillary {
  std::optional<scm_timestamping> stamps;
  std::optional<std::uint32_t> drops;
  std::uint8_t ttl = 0;
};

JoinSource::JoinSource(JoinSocket opened, const JoinOptions& options, std::uint32_t input)
    : socket_(std::move(opened.socket)),
      input_(input),
      interface_index_(opened.interface_index),
      hardware_clock_(std::move(opened.hardware_clock)),
      // Not to be filled with zeros: what is never touched takes no memory.
      slots_(new std::array<Slot, kBatch>),
      watermark_(kOnItsWay) {
  cookie_ = socket_.get<std::uint64_t>(SOL_SOCKET, SO_COOKIE).value_or(0);
  addresses_.destination = options.group;
  addresses_.destination_port = options.port;
  facts_.file = endpoint_text(options.group, options.port);
  if (!options.interface.empty()) facts_.file += "@" + options.interface;
  facts_.format = "live (UDP socket)";
  facts_.comments = std::move(opened.remarks);
  facts_.comment_count = facts_.comments.size();
  InterfaceFacts& facts = facts_.interfaces.emplace_back();
  facts.name = options.interface;
  facts.link_type = LinkType::raw;
  facts.ticks_per_second = 1'000'000'000;
  facts.received = 0;
  facts.dropped = 0;
  prepare();
}

void JoinSource::prepare() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    Slot& slot = (*slots_)[i];
    slot.payload_at = {slot.payload.data(), slot.payload.size()};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_name = &slot.from;
    header.msg_iov = &slot.payload_at;
    header.msg_iovlen = 1;
    header.msg_control = slot.control.data();
  }
}

std::size_t JoinSource::next_batch(std::span<PacketView> out) {
  const std::size_t wanted = std::min(out.size(), kBatch);
  // recvmmsg() wrote into both what it used of them.
  for (std::size_t i = 0; i < wanted; ++i) {
    messages_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    messages_[i].msg_hdr.msg_controllen = kControl;
  }
  const int got =
      ::recvmmsg(socket_.descriptor(), messages_.data(), static_cast<unsigned>(wanted), MSG_DONTWAIT, nullptr);
  is_drained_ = got < 0 ? errno == EAGAIN : got < static_cast<int>(wanted);
  if (got < 0) {
    if (errno != EAGAIN && errno != EINTR) tail_error_ = "receive: " + errno_text(errno);
    return 0;
  }
  tail_error_.reset();
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) out[i] = view_of((*slots_)[i], messages_[i]);
  return static_cast<std::size_t>(got);
}

PacketView JoinSource::view_of(Slot& slot, mmsghdr& message) {
  const Ancillary ancillary = ancillary_of(message.msg_hdr);
  if (ancillary.drops) count_drops(*ancillary.drops);
  read_sender(slot.from, addresses_);
  addresses_.ttl = ancillary.ttl;
  const std::size_t length = std::min<std::size_t>(message.msg_len, kMostPayload);
  const std::size_t headers = write_headers({slot.payload.data(), length}, addresses_);

  InterfaceFacts& facts = facts_.interfaces.front();
  PacketView view;
  view.bytes = {slot.payload.data() - headers, headers + length};
  view.wire_length = static_cast<std::uint32_t>(view.bytes.size());
  view.time = stamp(ancillary);
  view.frame = ++facts.packets;
  view.input = input_;
  view.link_type = LinkType::raw;
  view.direction = Direction::in;
  facts_.bytes += length;
  facts.received = facts.packets + facts.dropped.value_or(0);
  last_ = later(last_, view.time);
  return view;
}

JoinSource::Ancillary JoinSource::ancillary_of(msghdr& header) {
  Ancillary found;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_TIMESTAMPING) {
      found.stamps = content<scm_timestamping>(*part);
    } else if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL) {
      found.drops = content<std::uint32_t>(*part);
    } else if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_TTL) ||
               (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_HOPLIMIT)) {
      found.ttl = static_cast<std::uint8_t>(content<int>(*part).value_or(0));
    }
  }
  return found;
}

// As in the ring of a tap: once the hardware stamps, only its stamps count, for they are of another clock.
TimeNs JoinSource::stamp(const Ancillary& ancillary) {
  if (ancillary.stamps) {
    const timespec& software = ancillary.stamps->ts[0];
    const timespec& hardware = ancillary.stamps->ts[2];
    if (hardware_clock_ && is_set(hardware)) {
      saw_hardware_stamp_ = true;
      return time_of(hardware) + hardware_clock_->to_realtime();
    }
    if (!saw_hardware_stamp_ && is_set(software)) return time_of(software);
  }
  ++facts_.packets_without_time;
  return kNoTime;
}

void JoinSource::count_drops(std::uint32_t counter) {
  const std::uint32_t more = counter - drops_;
  // A datagram carries the count of when it was queued: it may be older than the one that is known.
  if (more > std::numeric_limits<std::uint32_t>::max() / 2) return;
  InterfaceFacts& facts = facts_.interfaces.front();
  facts.dropped = facts.dropped.value_or(0) + more;
  drops_ = counter;
}

// A datagram says how many were dropped before it was queued; those after the last one only the socket itself knows. Nor
// does a socket notice that the interface is gone, and its membership with it.
void JoinSource::refresh_statistics() {
  if (hardware_clock_) hardware_clock_->refresh();
  if (interface_index_ != 0 && !interface_name(socket_, interface_index_)) {
    tail_error_ = fmt::format("interface {} was removed", facts_.interfaces.front().name);
  }
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t length = sizeof memory;
  if (::getsockopt(socket_.descriptor(), SOL_SOCKET, SO_MEMINFO, memory.data(), &length) != 0) return;
  if (length <= SK_MEMINFO_DROPS * sizeof(std::uint32_t)) return;
  count_drops(memory[SK_MEMINFO_DROPS]);
  InterfaceFacts& facts = facts_.interfaces.front();
  facts.received = facts.packets + facts.dropped.value_or(0);
}

TimeNs JoinSource::watermark(TimeNs now) const { return watermark_.at(now, last_, is_drained_, saw_hardware_stamp_); }

Result<std::unique_ptr<LiveSource>> open_join(const JoinOptions& options, std::uint32_t input) {
  auto opened = open_join_socket(options);
  if (!opened)
    return tl::unexpected(std::move(opened).error().context("receive " + endpoint_text(options.group, options.port)));
  return std::make_unique<JoinSource>(std::move(*opened), options, input);
}

std::uint64_t socket_cookie_of(const LiveSource& source) {
  const auto* const join = dynamic_cast<const JoinSource*>(&source);
  return join == nullptr ? 0 : join->cookie();
}

}  // namespace wirecause
