// SPDX-License-Identifier: Apache-2.0
#include "tap/quality.hpp"

#include <algorithm>
#include <utility>

namespace wirecause {
namespace {

// The largest frame of an ordinary Ethernet, with two tags and without FCS. Larger ones are jumbo frames or were never
// on a wire: segmentation offload hands them to the NIC, receive offload makes them behind it.
constexpr std::uint32_t kLargestOrdinaryFrame = 1522;

// Bytes of a datagram without which nothing behind UDP can be read: what any feed's number and count take.
constexpr std::size_t kLeastPayload = 8;

void note_length(const PacketView& packet, const Decoded& decoded, PointQuality& at) noexcept {
  if (packet.bytes.size() >= packet.wire_length) {
    if (decoded.outcome == DecodeOutcome::truncated) at.truncated_headers.add(packet);
    return;
  }
  at.truncated.add(packet);
  const bool is_bare = decoded.transport == Transport::udp && decoded.payload.size() < kLeastPayload &&
                       decoded.payload_wire_length > decoded.payload.size();
  if (is_bare || decoded.outcome == DecodeOutcome::truncated) at.truncated_headers.add(packet);
}

// kNoTime is the lowest of all times: before the first stamp `previous` and `last` hold it.
void note_stamp(const PacketView& packet, PointQuality& at) noexcept {
  if (packet.time == kNoTime) return;
  if (packet.time < at.previous) [[unlikely]] {
    at.backward_stamps.add(packet);
    at.backward_largest = std::max(at.backward_largest, at.previous - packet.time);
    at.first = std::min(at.first, packet.time);
  }
  if (at.stamped++ == 0) [[unlikely]]
    at.first = packet.time;
  at.previous = packet.time;
  at.last = std::max(at.last, packet.time);
}

bool is_verified(Checksum checksum) noexcept { return checksum == Checksum::good || checksum == Checksum::bad; }

void note_size(const PacketView& packet, const Decoded& decoded, PointQuality& at) noexcept {
  ++at.ip_packets;
  if (decoded.ip_length > kLargestOrdinaryIp && packet.wire_length > kLargestOrdinaryFrame) at.oversize.add(packet);
}

void note_repeated(const PacketView& packet, const Sight& sight, CopyCounts& counts, PointQuality& at) noexcept {
  ++counts.copies;
  counts.originals_repeated += sight.first_copy ? 1U : 0U;
  at.repeated.add(packet);
  at.repeated_delay.add(sight.delay);
}

void note_second_sight(const PacketView& packet, const Decoded& decoded, const Sight& sight, CopyCounts& counts,
                       PointQuality& at) noexcept {
  // Seen before at another point, the packet is still an original of this one.
  const bool is_copy_here = !sight.differences.point;
  counts.copies += is_copy_here ? 1U : 0U;
  counts.originals_seen_again += !is_copy_here || sight.first_copy ? 1U : 0U;
  if (at.second_sight.count() == 0) {
    at.first_second_sight = sight;
    at.ttl_after = decoded.ttl;
    at.vlan_after = decoded.vlan;
  }
  at.alike += sight.differences == at.first_second_sight.differences ? 1U : 0U;
  at.elsewhere += is_copy_here ? 0U : 1U;
  at.second_sight.add(packet);
  at.second_sight_delay.add(sight.delay);
}

// IP length from which a packet is told by its first words alone; `payload` is what a datagram must have for it.
std::uint32_t plain_length(const Decoded& decoded, std::size_t payload) noexcept {
  constexpr std::uint32_t kIp = 20;  // without options
  constexpr std::uint32_t kUdp = 8;
  return kIp + (decoded.transport == Transport::tcp ? kNamedSegment : kUdp + static_cast<std::uint32_t>(payload));
}

}  // namespace

TapQuality::TapQuality(std::uint32_t flows) : paths_(flows) {}
TapQuality::~TapQuality() = default;
TapQuality::TapQuality(TapQuality&&) noexcept = default;
TapQuality& TapQuality::operator=(TapQuality&&) noexcept = default;

PointQuality* TapQuality::point_at(std::uint32_t point) noexcept {
  if (point >= kMaxPoints) return nullptr;
  if (point >= points_.size()) points_.resize(point + std::size_t{1});
  if (!points_[point]) points_[point] = std::make_unique<PointQuality>();
  return points_[point].get();
}

void TapQuality::note_checksums(const PacketView& packet, const Decoded& decoded, Path& path) noexcept {
  PointQuality& at = *path.point;
  at.ip_checked += is_verified(decoded.ip_checksum) ? 1U : 0U;
  if (decoded.ip_checksum == Checksum::bad) [[unlikely]]
    at.ip_bad.add(packet);
  if (!is_verified(decoded.transport_checksum)) return;
  const bool is_bad = decoded.transport_checksum == Checksum::bad;
  ++at.checked;
  if (is_bad) [[unlikely]]
    at.bad.add(packet);
  if (path.source == nullptr) [[unlikely]] {
    path.source = at.sources.host(decoded.source);
    if (path.source != nullptr) path.plain_length = plain_length(decoded, kIdentityPayload);
  }
  if (path.source != nullptr) path.source->add(is_bad);
}

// Adds to the counts what the plain packets of a flow had in common.
void TapQuality::settle(Path& path) noexcept {
  if (path.plain_packets == 0) return;
  const std::uint64_t packets = std::exchange(path.plain_packets, 0);
  PointQuality& at = *path.point;
  at.packets += packets;
  at.stamped += packets;
  at.ip_packets += packets;
  at.ip_checked += packets;
  at.copies[path.manner.direction].could_repeat += packets;
  if (path.is_unfilled) return;
  at.checked += packets;
  path.source->checked += packets;
}

void TapQuality::enter(std::uint32_t flow, const PacketView& packet, const Decoded& decoded,
                       std::uint32_t point) noexcept {
  Path& path = paths_[flow];
  settle(path);
  path = {};
  path.point = point_at(point);
  path.is_tcp = decoded.transport == Transport::tcp;
  path.addresses = path.is_tcp ? identity_of_hosts(decoded) : identity_of_addresses(decoded);
  path.manner = manner_of(packet, decoded, point);
  path.is_unfilled = packet.is_checksum_unfilled;
  if (path.is_unfilled && path.point != nullptr) path.plain_length = plain_length(decoded, kIdentityPayloadUnfilled);
}

void TapQuality::seen_before(const Sight& sight, Path& path, const PacketView& packet,
                             const Decoded& decoded) noexcept {
  CopyCounts& counts = path.point->copies[path.manner.direction];
  if (sight.kind == Sight::Kind::repeated) note_repeated(packet, sight, counts, *path.point);
  if (sight.kind == Sight::Kind::second_sight) note_second_sight(packet, decoded, sight, counts, *path.point);
}

void TapQuality::packet(std::uint32_t flow, const PacketView& packet, const Decoded& decoded) noexcept {
  Path& path = paths_[flow];
  PointQuality* const at = path.point;
  if (at == nullptr) {
    ++untracked_;
    return;
  }
  ++at->packets;
  note_length(packet, decoded, *at);
  note_stamp(packet, *at);
  if (decoded.ip_version == 0) return;
  note_checksums(packet, decoded, path);
  note_size(packet, decoded, *at);

  const std::uint64_t identity = packet.time == kNoTime ? kNoIdentity : identity_of(packet, decoded);
  if (identity == kNoIdentity) return;
  ++at->copies[path.manner.direction].could_repeat;
  const Sight sight = sightings_.see(identity, packet.time, path.manner);
  if (sight.kind != Sight::Kind::new_packet) seen_before(sight, path, packet, decoded);
}

}  // namespace wirecause
