// Where the wire becomes a file: builds each packet's frame and does what captures do to packets (drops, copies, cut
// packets, a clock that steps). Packets come in the order of their time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "generate/capture_writer.hpp"
#include "generate/feed_plan.hpp"
#include "generate/frame.hpp"
#include "generate/line.hpp"
#include "generate/truth_recorder.hpp"

namespace wirecause::generate {

class CapturePoint {
 public:
  // `expected_packets`: about how many will come, to find the middle. All references must outlive the point.
  CapturePoint(const std::vector<FeedPlan>& feeds, const CapturePlan& plan, std::uint64_t expected_packets,
               ByteSink& sink);

  Result<void> begin();
  // `truth` hears what the file holds.
  Result<void> arrive(const Arrival& arrival, TruthRecorder& truth);
  Result<void> end();

  const CaptureTruth& counts() const noexcept { return counts_; }
  // How the packets of a line (or the retransmission channel) look.
  Path path(std::uint32_t feed, std::uint32_t line) const;
  std::uint32_t interface_of(std::uint32_t line) const;

 private:
  struct Copy {
    TimeNs due;
    std::uint32_t interface;
    std::vector<std::byte> frame;
  };
  // The payload that the lines of a feed have in common, kept until the slowest line has it.
  struct Payload {
    std::uint64_t serial = ~std::uint64_t{0};
    PublishedKind kind = PublishedKind::data;
    std::vector<std::byte> bytes;
  };

  bool is_dropped(std::uint32_t interface);
  const std::vector<std::byte>& payload_of(const Arrival& arrival);
  Result<void> record(std::uint32_t interface, TimeNs stamp, const std::vector<std::byte>& frame);
  Result<void> write_copies(TimeNs until);
  void keep_copies(const Arrival& arrival, const Path& path, const std::vector<std::byte>& payload);
  TimeNs stamp_of(TimeNs time) const;

  const std::vector<FeedPlan>& feeds_;
  const CapturePlan& plan_;
  CaptureWriter writer_;
  std::uint64_t drops_from_;
  std::uint64_t clock_back_at_;
  std::uint64_t wire_packets_ = 0;
  CaptureTruth counts_;
  std::vector<InterfaceCounts> interfaces_;
  std::vector<std::vector<Path>> paths_;        // [feed][line], the retransmission channel last
  std::vector<std::vector<Payload>> payloads_;  // [feed][serial % size]
  std::deque<Copy> duplicates_;                 // constant delays: both queues are in order of time
  std::deque<Copy> second_point_;
  std::vector<std::byte> frame_;
};

}  // namespace wirecause::generate
