// SPDX-License-Identifier: Apache-2.0
#include "tap/identity.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace wirecause {
namespace {

constexpr std::size_t kNamedBytes = kNamedSegment;  // with an IP id and a checksum: transport header, sequence numbers
constexpr std::size_t kNamelessBytes = 128;         // without: what a minimal snapshot length usually still holds

using detail::mixed;

std::uint64_t word(const std::byte* p) noexcept { return detail::load<std::uint64_t>(p); }

// Independent products, so that they overlap; `lane` keeps exchanged parts apart.
std::uint64_t hash_of(Bytes bytes) noexcept {
  using detail::kLane;
  std::uint64_t hash = bytes.size();
  std::uint64_t lane = kLane;
  const std::byte* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 16; left -= 16, p += 16, lane += kLane) hash ^= mixed(word(p) + lane, word(p + 8) ^ lane);
  if (left != 0) {
    std::array<std::byte, 16> rest{};
    std::memcpy(rest.data(), p, left);
    hash ^= mixed(word(rest.data()) + lane, word(rest.data() + 8) ^ lane);
  }
  return hash;
}

bool is_bare_acknowledgement(const Decoded& decoded) noexcept {
  constexpr std::uint8_t kSynFinRst = 0x07;
  return decoded.transport == Transport::tcp && decoded.payload_wire_length == 0 &&
         (decoded.tcp.flags & kSynFinRst) == 0;
}

// Captured bytes behind the IP headers, without the padding of short Ethernet frames: it may differ between points.
Bytes behind_ip(const PacketView& packet, const Decoded& decoded) noexcept {
  const std::size_t end =
      std::min<std::size_t>(packet.bytes.size(), decoded.network_offset + std::size_t{decoded.ip_length});
  if (end <= decoded.transport_offset) return {};
  return packet.bytes.subspan(decoded.transport_offset, end - decoded.transport_offset);
}

}  // namespace

std::uint64_t identity_of(const PacketView& packet, const Decoded& decoded) noexcept {
  const bool has_named_header =
      decoded.transport == Transport::udp && decoded.ip_version == 4 && decoded.ip_id != 0 && !decoded.is_fragment;
  const auto has_payload = [&](std::size_t bytes) { return has_named_header && decoded.payload.size() >= bytes; };
  if (decoded.transport_checksum == Checksum::good && has_payload(kIdentityPayload)) {
    return identity_of_named_datagram(packet, decoded, identity_of_addresses(decoded));
  }
  if (decoded.transport_checksum == Checksum::unfilled && has_payload(kIdentityPayloadUnfilled)) {
    return identity_of_unfilled_datagram(packet, decoded, identity_of_addresses(decoded));
  }
  if (decoded.ip_version == 0 || decoded.transport_offset == 0 || decoded.outcome == DecodeOutcome::malformed) {
    return kNoIdentity;
  }
  const bool has_name = decoded.ip_id != 0;
  if (!has_name && is_bare_acknowledgement(decoded)) return kNoIdentity;

  const bool has_checksum = decoded.transport != Transport::udp || decoded.transport_checksum != Checksum::absent;
  Bytes content = behind_ip(packet, decoded);
  content = content.first(std::min(content.size(), has_name && has_checksum ? kNamedBytes : kNamelessBytes));

  const std::uint64_t hash =
      mixed(identity_of_hosts(decoded) ^ (static_cast<std::uint64_t>(decoded.ip_id) << 32U | decoded.ip_length),
            hash_of(content) ^ (static_cast<std::uint64_t>(decoded.fragment_offset) << 8U | decoded.ip_protocol));
  return hash == kNoIdentity ? 1 : hash;
}

}  // namespace wirecause
