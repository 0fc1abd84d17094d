// Which framing a stream of datagrams is: by a checksum or a magic at once, else by three packets in a row whose numbers
// agree. Packets that came before the decision are held (their runs, not their bytes), so that none is lost to the counts.
// One object per undecided stream; freed when the stream is decided either way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "feed/framing.hpp"

namespace wirecause {

// What a recogniser may choose from.
struct Candidate {
  const Framing* framing = nullptr;
  FramingConfig config;
  bool plausible_is_enough = false;   // the user named it: one packet that can be it decides
  bool is_destination_named = false;  // and this very stream: then its own parser judges, not its marks
};

class Recogniser {
 public:
  static constexpr std::uint32_t kConsistent = 3;
  static constexpr std::uint32_t kMaxPackets = 64;  // without a decision: it is none of ours
  static constexpr std::size_t kMaxHeldRuns = 64;   // per candidate

  // One packet that came before the decision.
  struct Held {
    std::uint32_t packet = 0;  // 0-based, in order of arrival
    DecodeOutcome outcome = DecodeOutcome::ok;
    bool messages_known = true;
    std::vector<Run> runs;
  };
  enum class Decision : std::uint8_t { open, recognised, none };

  explicit Recogniser(std::span<const Candidate> candidates);

  // Looks at the next datagram of the stream.
  Decision look(const Datagram& datagram);

  // After `recognised`: which one, and the parsed packets so far, the deciding one last.
  const Candidate& choice() const { return *choice_->candidate; }
  const FramingState& state() const { return choice_->state; }
  std::span<const Held> held() const { return choice_->held; }
  std::uint32_t packets() const { return packets_; }

 private:
  struct Numbered {
    std::uint32_t channel = 0;
    std::uint64_t session = 0;
    std::uint64_t first = 0;
    std::uint64_t next = 0;
  };
  struct Track {
    const Candidate* candidate = nullptr;
    FramingState state;
    std::uint32_t consistent = 0;
    std::vector<Numbered> channels;  // the last run of each
    std::vector<Held> held;
    std::size_t held_runs = 0;
  };
  bool follow(Track& track, const Datagram& datagram);
  static void hold(Track& track, const Held& held);
  static void count(Track& track, const Run& run);
  static bool agrees(const Candidate& candidate, const Numbered& last, const Run& run);

  std::vector<Track> tracks_;
  const Track* choice_ = nullptr;
  std::uint32_t packets_ = 0;
};

}  // namespace wirecause
