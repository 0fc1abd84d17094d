// SPDX-License-Identifier: Apache-2.0
#include "generate/capture_point.hpp"

#include <algorithm>

namespace wirecause::generate {
namespace {

constexpr std::size_t kPayloads = 64;  // more packets than a line usually lags
constexpr std::uint8_t kTtl = 16;
constexpr std::uint16_t kRecoveryPortOffset = 1000;
constexpr std::uint32_t kLineSlots = 8;  // groups of a feed, the retransmission channel's among them
constexpr std::uint32_t kRecoverySlot = 7;

// Groups from 239.192.0.0/14 (RFC 2365 6.2), sources from 198.18.0.0/15 (RFC 2544), both in IPv4 and in the
// documentation prefix of IPv6. Each line has a source of its own, as the two networks of an exchange do.
IpAddress group_address(std::uint32_t number, bool ipv6) {
  if (!ipv6) return IpAddress::v4(0xefc00001U + number);
  std::array<std::byte, 16> bytes{std::byte{0xff}, std::byte{0x15}};
  bytes[13] = static_cast<std::byte>((number + 1) >> 16U);
  bytes[14] = static_cast<std::byte>((number + 1) >> 8U);
  bytes[15] = static_cast<std::byte>(number + 1);
  return IpAddress::v6(bytes);
}

IpAddress source_address(std::uint32_t feed, std::uint32_t slot, bool ipv6) {
  const std::uint32_t number = slot * 0x2000U + feed + 1;
  if (!ipv6) return IpAddress::v4(0xc6120000U + number);
  std::array<std::byte, 16> bytes{std::byte{0x20}, std::byte{0x01}, std::byte{0x0d}, std::byte{0xb8}};
  bytes[13] = static_cast<std::byte>(number >> 16U);
  bytes[14] = static_cast<std::byte>(number >> 8U);
  bytes[15] = static_cast<std::byte>(number);
  return IpAddress::v6(bytes);
}

Path make_path(const FeedPlan& feed, const CapturePlan& plan, std::uint32_t number, std::uint32_t slot) {
  const auto low = static_cast<std::byte>(number);
  const auto high = static_cast<std::byte>(number >> 8U);
  Path path;
  path.vlan = plan.vlan;
  path.source = source_address(number, slot, plan.ipv6);
  path.destination = group_address(number * kLineSlots + slot, plan.ipv6);
  path.source_mac = {std::byte{0x02}, std::byte{0x00}, std::byte{0x00}, static_cast<std::byte>(slot), high, low};
  path.destination_mac = group_mac(path.destination);
  path.source_port = static_cast<std::uint16_t>(30'000 + slot);
  const std::uint16_t shift = slot == kRecoverySlot ? kRecoveryPortOffset : 0;
  path.destination_port = static_cast<std::uint16_t>(feed.framing->default_port + shift);
  path.ttl = kTtl;
  path.partial_checksum = plan.bad_checksums;
  return path;
}

std::vector<std::string> interface_names(const CapturePlan& plan) {
  std::vector<std::string> names{"tap0"};
  if (plan.interfaces == 2) names.emplace_back("tap1");
  return names;
}

}  // namespace

CapturePoint::CapturePoint(const std::vector<FeedPlan>& feeds, const CapturePlan& plan, std::uint64_t expected_packets,
                           ByteSink& sink)
    : feeds_(feeds),
      plan_(plan),
      writer_(plan.format, interface_names(plan), plan.snaplen, sink),
      drops_from_(plan.drops_at.value_or(expected_packets / 2)),
      clock_back_at_(plan.clock_back_at.value_or(expected_packets / 2)),
      interfaces_(plan.interfaces),
      payloads_(feeds.size(), std::vector<Payload>(kPayloads)) {
  counts_.first = counts_.last = kNoTime;
  for (std::uint32_t f = 0; f < feeds.size(); ++f) {
    std::vector<Path>& paths = paths_.emplace_back();
    for (std::uint32_t l = 0; l < feeds[f].lines; ++l) paths.push_back(make_path(feeds[f], plan, f, l));
    paths.push_back(make_path(feeds[f], plan, f, kRecoverySlot));
  }
}

Path CapturePoint::path(std::uint32_t feed, std::uint32_t line) const {
  return line == kRetransmissionChannel ? paths_[feed].back() : paths_[feed][line];
}

// With two points, the second interface is the second point; else it is where the odd lines come in.
std::uint32_t CapturePoint::interface_of(std::uint32_t line) const {
  if (plan_.interfaces == 1 || plan_.second_point || line == kRetransmissionChannel) return 0;
  return line % 2;
}

Result<void> CapturePoint::begin() { return writer_.begin(); }

Result<void> CapturePoint::arrive(const Arrival& arrival, TruthRecorder& truth) {
  WC_TRY(write_copies(arrival.time));
  const std::uint32_t interface = interface_of(arrival.line);
  const TimeNs stamp = stamp_of(arrival.time);
  if (is_dropped(interface)) return {};
  const Path& path =
      arrival.line == kRetransmissionChannel ? paths_[arrival.feed].back() : paths_[arrival.feed][arrival.line];
  const std::vector<std::byte>& payload = payload_of(arrival);
  write_frame(path, arrival.ip_id, payload, frame_);
  WC_TRY(record(interface, stamp, frame_));
  truth.seen(arrival.line, arrival.published, stamp);
  if (plan_.duplicate || plan_.second_point) {
    truth.capture_copy(arrival.line, arrival.published);
    keep_copies(arrival, path, payload);
  }
  return {};
}

bool CapturePoint::is_dropped(std::uint32_t interface) {
  const std::uint64_t number = wire_packets_++;
  if (plan_.drops == 0 || number < drops_from_ || number - drops_from_ >= plan_.drops) return false;
  ++counts_.dropped;
  interfaces_[interface].dropped = interfaces_[interface].dropped.value_or(0) + 1;
  return true;
}

const std::vector<std::byte>& CapturePoint::payload_of(const Arrival& arrival) {
  const Published& published = arrival.published;
  Payload& payload = payloads_[arrival.feed][published.serial % kPayloads];
  if (payload.serial != published.serial || payload.kind != published.kind) {
    payload.serial = published.serial;
    payload.kind = published.kind;
    payload.bytes.clear();
    feeds_[arrival.feed].framing->write(published.packet, payload.bytes);
  }
  return payload.bytes;
}

Result<void> CapturePoint::record(std::uint32_t interface, TimeNs stamp, const std::vector<std::byte>& frame) {
  ++counts_.packets;
  counts_.bytes += frame.size();
  if (plan_.snaplen > 0 && frame.size() > plan_.snaplen) ++counts_.truncated;
  counts_.first = counts_.first == kNoTime ? stamp : std::min(counts_.first, stamp);
  counts_.last = std::max(counts_.last, stamp);
  ++interfaces_[interface].received;
  return writer_.packet(interface, stamp, frame);
}

void CapturePoint::keep_copies(const Arrival& arrival, const Path& path, const std::vector<std::byte>& payload) {
  if (plan_.duplicate) duplicates_.push_back({arrival.time + *plan_.duplicate, interface_of(arrival.line), frame_});
  if (!plan_.second_point) return;
  Path behind = path;  // what a router changes
  behind.ttl = kTtl - 1;
  behind.source_mac = {std::byte{0x02}, std::byte{0x00}, std::byte{0x5e},
                       std::byte{0x00}, std::byte{0x01}, std::byte{0x01}};
  Copy copy{arrival.time + *plan_.second_point, plan_.interfaces - 1, {}};
  write_frame(behind, arrival.ip_id, payload, copy.frame);
  second_point_.push_back(std::move(copy));
}

// The copies that are due before `until`, in order of time.
Result<void> CapturePoint::write_copies(TimeNs until) {
  while (true) {
    const bool duplicate = !duplicates_.empty() && duplicates_.front().due <= until;
    const bool second = !second_point_.empty() && second_point_.front().due <= until;
    if (!duplicate && !second) return {};
    const bool take_duplicate = duplicate && (!second || duplicates_.front().due <= second_point_.front().due);
    std::deque<Copy>& queue = take_duplicate ? duplicates_ : second_point_;
    ++(take_duplicate ? counts_.duplicated : counts_.second_point);
    WC_TRY(record(queue.front().interface, stamp_of(queue.front().due), queue.front().frame));
    queue.pop_front();
  }
}

TimeNs CapturePoint::stamp_of(TimeNs time) const {
  const bool has_stepped = plan_.clock_back.ns > 0 && wire_packets_ >= clock_back_at_;
  return writer_.visible(has_stepped ? time - plan_.clock_back : time);
}

Result<void> CapturePoint::end() {
  WC_TRY(write_copies(TimeNs{std::numeric_limits<std::int64_t>::max()}));
  const bool states_drops = plan_.states_drops && plan_.format == CaptureFormat::pcapng;
  for (InterfaceCounts& interface : interfaces_)
    interface.dropped = states_drops ? std::optional(interface.dropped.value_or(0)) : std::nullopt;
  if (states_drops) counts_.stated_drops = counts_.dropped;
  if (counts_.packets == 0) counts_.first = counts_.last = plan_.start;
  return writer_.end(counts_.last, interfaces_);
}

}  // namespace wirecause::generate
