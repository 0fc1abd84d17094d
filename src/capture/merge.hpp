// Several captures as one, in order of time: what an engine reads when it is given more than one file.
//
// A packet goes out when it is the earliest of the heads of all inputs; of equal stamps the lower input goes first. A
// packet stamped earlier than one before it in its own file, or not stamped at all, keeps its place in that file. One
// input is passed through untouched. Views are valid until the next call of next_batch().
//
// Points (DESIGN D4): files that follow one another in time are one point, files that overlap are two. While the
// packets of a batch are looked at, has_ended(i) says whether input i had delivered its last packet before the batch
// began: a batch never reaches over an input's last packet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "capture/capture_set.hpp"
#include "capture/source.hpp"

namespace wirecause {

class MergedCapture final : public CaptureSet {
 public:
  // sources[i] must carry i as the input of its views.
  explicit MergedCapture(std::vector<std::unique_ptr<CaptureSource>> sources);

  // Fills views from the front of `out`; returns how many. 0: all inputs have ended.
  std::size_t next_batch(std::span<PacketView> out);

  std::size_t inputs() const override { return inputs_.size(); }
  const CaptureSource& source(std::size_t input) const override { return *inputs_[input].source; }

  bool has_ended(std::size_t input) const override { return inputs_[input].ended; }
  // Of the stamped packets delivered so far, in file order; kNoTime before the first.
  TimeNs first_time(std::size_t input) const { return inputs_[input].first; }
  TimeNs last_time(std::size_t input) const override { return inputs_[input].last; }

  // For progress: over all inputs.
  std::uint64_t bytes_consumed() const;

 private:
  static constexpr std::size_t kViewsAhead = 256;  // of each input: 14 KiB, and one virtual call for as many packets

  struct Input {
    std::unique_ptr<CaptureSource> source;
    std::vector<PacketView> views;  // empty where there is one input only
    std::size_t next = 0;
    std::size_t held = 0;
    TimeNs turn = kNoTime;  // of the head: its time, or that of an earlier packet of the file that is later
    TimeNs first = kNoTime;
    TimeNs last = kNoTime;
    bool ended = false;
  };

  std::size_t pass_through(Input& input, std::span<PacketView> out);
  void refill(Input& input);
  // Copies from the input until `before` has its turn, `out` is full, or nothing is held; returns how many.
  std::size_t run(Input& input, const Input* before, std::span<PacketView> out);
  bool goes_first(std::uint32_t a, std::uint32_t b) const;

  std::vector<Input> inputs_;
  std::vector<std::uint32_t> heads_;  // a heap of the inputs that hold packets, the earliest on top
};

}  // namespace wirecause
