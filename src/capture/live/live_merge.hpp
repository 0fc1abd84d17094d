// Several live sources as one, in order of time, without ever waiting: a packet goes out once no source can bring an earlier
// one any more. What MergedCapture is for files; called by the live engine.
//
// Each source says up to when it has handed out everything (LiveSource::watermark()); the least of them bounds what goes
// out. A source without a packet waiting holds the others back by its watermark, at most some milliseconds. Of equal
// stamps the lower input goes first; a packet stamped earlier than one before it in its own source keeps its place there.
// A clock that is more than a second off (a network card's own, unsynchronised or in TAI) neither waits nor lets others wait:
// what bears its stamps goes out as it comes, or the rings would overflow. One source is passed through.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "capture/capture_set.hpp"
#include "capture/live/live_source.hpp"

namespace wirecause {

class LiveMerge final : public CaptureSet {
 public:
  // sources[i] must carry i as the input of its views.
  explicit LiveMerge(std::vector<std::unique_ptr<LiveSource>> sources);

  // Fills views from the front of `out`; returns how many. 0: nothing can go out yet. `now`: CLOCK_REALTIME, read before
  // the call. Views are valid until the next call.
  std::size_t next_batch(std::span<PacketView> out, TimeNs now);

  // Every packet stamped earlier than this has gone out, once next_batch(…, now) has returned 0.
  TimeNs watermark(TimeNs now) const;

  std::size_t inputs() const override { return inputs_.size(); }
  const LiveSource& source(std::size_t input) const override { return *inputs_[input].source; }
  LiveSource& source(std::size_t input) { return *inputs_[input].source; }
  // Whether its interface was removed or is down: nothing comes for now.
  bool has_ended(std::size_t input) const override { return inputs_[input].source->tail_error().has_value(); }
  TimeNs last_time(std::size_t input) const override { return inputs_[input].last; }

 private:
  static constexpr std::size_t kViewsAhead = 256;  // of each input, as MergedCapture has it

  struct Input {
    std::unique_ptr<LiveSource> source;
    std::vector<PacketView> views;  // empty where there is one input only
    std::size_t next = 0;
    std::size_t held = 0;
    TimeNs turn = kNoTime;  // of the head: its time, or that of an earlier packet of the source that is later
    TimeNs last = kNoTime;
    bool is_empty() const { return next == held; }
  };

  std::size_t pass_through(Input& only, std::span<PacketView> out);
  void refill(Input& input);
  Input* earliest();

  std::vector<Input> inputs_;
};

}  // namespace wirecause
