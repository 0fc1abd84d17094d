// Whether the programs that watch readers are attached: while what they add to the reads is within the bar, else from the
// first drop on (the tool must not be the fault).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "engine/live/consumer_book.hpp"

namespace wirecause {

class ReaderGovernor {
 public:
  // Reads a second of all followed sockets beyond which the programs are detached: at 0.3 us a read (bench/readers_bench)
  // a fiftieth of a core.
  static constexpr std::uint64_t kMostReads = 65'536;

  // Once a second. `drops_moved`: a followed socket dropped since the last call; from then on they stay attached.
  void attach_or_detach(ReaderProbe& readers, const ConsumerBook& consumers, bool drops_moved);

  // Reads went by uncounted: what was read is not known any more.
  bool has_missed() const { return has_missed_; }
  // For the report; empty: nothing was missed.
  std::string reason() const;

 private:
  std::uint64_t counted_ = 0;
  std::uint64_t most_ = 0;
  bool has_missed_ = false;
  std::string refused_;  // why the programs could not be attached again
  bool is_kept_ = false;
};

}  // namespace wirecause
