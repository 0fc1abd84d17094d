// All UDP streams of a run: (point, VLAN, tunnel, source, group, port) -> what is known of it. Open addressing, bounded.
//
// A stream is where datagrams come from and go to; what it carries (framing, lines) is decided once and kept here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/address.hpp"
#include "feed/recogniser.hpp"

namespace wirecause {

struct Line;  // engine/line_book.hpp

struct StreamKey {
  IpAddress source;
  IpAddress group;
  std::uint16_t port = 0;
  std::uint16_t vlan = 0;
  std::uint32_t point = 0;
  std::uint32_t tunnel = 0;  // Decoded::tunnel_id
  bool operator==(const StreamKey&) const = default;
};

// A channel inside a stream, and the line that it is.
struct ChannelLine {
  std::uint32_t channel = 0;
  Line* line = nullptr;
};

struct Stream {
  enum class State : std::uint8_t { undecided, recognised, none };

  StreamKey key;
  State state = State::undecided;
  bool is_multicast = false;
  bool is_compared = false;           // a line of it looks for its sister: every packet, not only a sample
  bool is_followed = false;           // live: the programs in the kernel know of it
  bool is_followed_by_bytes = false;  // ... but not where its numbers stand: at no fixed place, or of several channels
  bool is_recovery = false;           // the user said that lost units are sent again here
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;              // payload on the wire
  std::uint64_t cut_packets = 0;        // of those before recognition: the capture holds less than the wire did
  std::uint64_t malformed_packets = 0;  // after recognition, that contradict the framing
  const Candidate* choice = nullptr;
  FramingState framing_state;
  std::unique_ptr<Recogniser> recogniser;
  struct Seen {  // what is kept of a packet until its stream is decided, and handed on with its runs
    TimeNs time;
    std::uint64_t frame = 0;
    std::uint64_t packet = 0;  // of the run, from 1
    std::uint32_t bytes = 0;
    std::uint16_t input = 0;
  };
  std::vector<Seen> early;
  std::vector<ChannelLine> lines;
};

class StreamTable {
 public:
  // Beyond it packets of new streams are counted as evicted: 256 bytes a stream, 4 MiB in all.
  static constexpr std::size_t kMaxStreams = 16'384;

  StreamTable();

  // nullptr: the table is full.
  Stream* find_or_add(const StreamKey& key) {
    const std::uint64_t hash = hash_of(key);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.stream == nullptr) return add(key, hash, at);
      if (slot.hash == hash && slot.stream->key == key) return slot.stream;
    }
  }

  std::deque<Stream>& all() { return streams_; }
  const std::deque<Stream>& all() const { return streams_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    Stream* stream = nullptr;
  };

  static std::uint64_t hash_of(const StreamKey& key) {
    const auto word = [](const IpAddress& a, std::size_t at) {
      return detail::load<std::uint64_t>(a.bytes().data() + at);
    };
    const std::uint64_t rest = (std::uint64_t{key.port} << 48U) | (std::uint64_t{key.vlan} << 32U) | key.point;
    // Odd constants without meaning (digits of the golden ratio, pi, e); the upper half of the sum is the best mixed.
    std::uint64_t h = (word(key.source, 8) * 0x9e3779b97f4a7c15ULL) ^ (word(key.group, 8) * 0xc90fdaa22168c235ULL);
    h += ((word(key.source, 0) + 3 * word(key.group, 0)) ^ rest ^ key.tunnel) * 0xadf85458a2bb4a9bULL;
    h ^= h >> 32U;
    h *= 0x9e3779b97f4a7c15ULL;
    return h ^ (h >> 32U);
  }
  Stream* add(const StreamKey& key, std::uint64_t hash, std::size_t at);

  std::vector<Slot> slots_;
  std::size_t mask_;
  std::deque<Stream> streams_;
};

}  // namespace wirecause
