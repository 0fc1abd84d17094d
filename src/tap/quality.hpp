// TapQuality: what the capture itself did to the packets, per observation point. CAUSES.md G rests on it.
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
#include "tap/sightings.hpp"
#include "tap/source_checksums.hpp"

namespace wirecause {

struct PointQuality;

class TapQuality {
 public:
  static constexpr std::uint32_t kMaxPoints = 1024;  // a capture of more interfaces than this was made to hurt

  TapQuality();
  ~TapQuality();
  TapQuality(TapQuality&&) noexcept;
  TapQuality& operator=(TapQuality&&) noexcept;

  // What the packets of one flow (FlowDecoder) have in common here; borrows from this object.
  struct Path {
    PointQuality* point = nullptr;  // nullptr: beyond kMaxPoints
    SourceChecksums::Host* source = nullptr;  // found at the first checksum that is verified
    Manner manner;
  };

  // `point` is the id of the Subject that the records will have.
  Path path_of(const PacketView& packet, const Decoded& decoded, std::uint32_t point) noexcept;

  // `decoded` is of `packet`; `path` is that of its flow, or made for this packet alone.
  void packet(const PacketView& packet, const Decoded& decoded, Path& path) noexcept;

  // A record for everything that was looked at: its value is 0 where nothing was found, and there is no record where no
  // packet could have shown it (DESIGN D11). Points in ascending order.
  void publish(Timeline& timeline) const;

  std::uint64_t untracked_packets() const noexcept { return untracked_; }  // of points beyond kMaxPoints

 private:
  PointQuality* point_at(std::uint32_t point) noexcept;

  Sightings sightings_;
  std::vector<std::unique_ptr<PointQuality>> points_;
  std::uint64_t untracked_ = 0;
};

// Every name that publish() may publish.
std::span<const Published> tap_publishes();

}  // namespace wirecause
