// TapQuality: what the capture itself did to the packets, per observation point. The capture_ causes rest on it.
//
// Called by engine's front for every packet, in file order: packet() allocates nothing in steady state and costs about
// 10 ns; publish() is called once, at the end. It decides nothing: causes read the records. Memory is bounded: 136 KiB
// for recently seen packets and at most 40 KiB a point, for at most kMaxPoints points.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "evidence/timeline.hpp"
#include "packet/decode.hpp"
#include "tap/identity.hpp"
#include "tap/point.hpp"
#include "tap/sightings.hpp"

namespace wirecause {

class TapQuality {
 public:
  static constexpr std::uint32_t kMaxPoints = 1024;  // a capture of more interfaces than this was made to hurt

  ~TapQuality();
  TapQuality(TapQuality&&) noexcept;
  TapQuality& operator=(TapQuality&&) noexcept;

  explicit TapQuality(std::uint32_t flows);  // how many flows are told apart; their numbers are below it

  // From here on the packets of `flow` are like this one. `point` is the id of the Subject that the records will have.
  void enter(std::uint32_t flow, const PacketView& packet, const Decoded& decoded, std::uint32_t point) noexcept;

  // A packet of a flow that was entered; `decoded` is of it.
  void packet(std::uint32_t flow, const PacketView& packet, const Decoded& decoded) noexcept;

  // The same where there is nothing to see but that it came: a datagram or segment over IPv4 (without options) with a stamp,
  // captured whole, the checksum of IP good, and the transport's good or unfilled. What all of these have in common is
  // counted once for each.
  void plain(std::uint32_t flow, const PacketView& packet, const Decoded& decoded) noexcept {
    Path& path = paths_[flow];
    const bool is_usual = decoded.ip_length >= path.plain_length && decoded.ip_id != 0 &&
                          decoded.ip_length <= kLargestOrdinaryIp && packet.time >= path.point->previous;
    if (!is_usual) [[unlikely]]
      return this->packet(flow, packet, decoded);
    ++path.plain_packets;
    path.point->previous = packet.time;
    path.point->last = later(path.point->last, packet.time);
    const std::uint64_t identity = identity_of_plain(path, packet, decoded);
    const Sight sight = sightings_.see(identity, packet.time, path.manner);
    if (sight.kind != Sight::Kind::new_packet) [[unlikely]]
      seen_before(sight, path, packet, decoded);
  }

  // A record for everything that was looked at: its value is 0 where nothing was found, and there is no record where no
  // packet could have shown it (DESIGN D11). Points in ascending order.
  void publish(Timeline& timeline);

  std::uint64_t untracked_packets() const noexcept { return untracked_; }  // of points beyond kMaxPoints

 private:
  // What the packets of one flow have in common here.
  struct Path {
    PointQuality* point = nullptr;            // nullptr: beyond kMaxPoints
    SourceChecksums::Host* source = nullptr;  // from the first checksum that was verified on
    std::uint64_t plain_packets = 0;          // not yet in the counts of `point` and `source`
    std::uint64_t addresses = 0;              // for the identity
    Manner manner;
    std::uint32_t plain_length = kNever;  // of IP: from so much on a packet may be plain
    bool is_tcp = false;
    bool is_unfilled = false;  // its checksums are: there is none to verify
  };
  static constexpr std::uint32_t kNever = ~std::uint32_t{0};

  static std::uint64_t identity_of_plain(const Path& path, const PacketView& packet, const Decoded& decoded) noexcept {
    if (path.is_tcp) return identity_of_named_segment(packet, decoded, path.addresses);
    return path.is_unfilled ? identity_of_unfilled_datagram(packet, decoded, path.addresses)
                            : identity_of_named_datagram(packet, decoded, path.addresses);
  }
  PointQuality* point_at(std::uint32_t point) noexcept;
  static void settle(Path& path) noexcept;
  static void note_checksums(const PacketView& packet, const Decoded& decoded, Path& path) noexcept;
  static void seen_before(const Sight& sight, Path& path, const PacketView& packet, const Decoded& decoded) noexcept;

  std::vector<Path> paths_;  // by flow
  Sightings sightings_;
  std::vector<std::unique_ptr<PointQuality>> points_;
  std::uint64_t untracked_ = 0;
};

// Every name that publish() may publish.
std::span<const Published> tap_publishes();

}  // namespace wirecause
