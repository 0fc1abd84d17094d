// Which connection a segment is of: addresses and ports, both ways, to the place of a connection. Open addressing, bounded.
//
// Called by engine's front with every segment, in file order; what the segments say is kept elsewhere (connections.hpp), so
// that other threads can do that. Of a connection only what tells it from the next one on the same ports is known here: its
// first numbers, its VLANs and tunnels, whether it is over.
//
// A full table gives up the oldest connection that had its time to open and did not; where there is none, one that is over or
// had no packet lately: one turn of a clock hand, so that an attack costs no more than its packets.
//
// VLANs and tunnels belong to a direction: a mirror may tag one and not the other, labels differ. Another VLAN or tunnel in
// the same direction is another connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tcp/segment.hpp"

namespace wirecause::tcp {

struct Found {
  std::uint64_t id = 0;     // of the connection, from 1, in order of first packets
  std::uint32_t place = 0;  // from 0; one that was evicted leaves its place to another
  std::uint8_t from = 0;    // index of the sender: the end with the lower address and port is 0
  bool begins = false;      // it is the connection's first segment; whatever had the place is evicted
  bool is_first = false;    // ... the first one of its direction
};

class ConnectionTable {
 public:
  static constexpr std::size_t kDefaultMost = 32'768;
  // By chance no run of slots is half as long while half of them are free; addresses can be chosen so that they meet.
  static constexpr std::size_t kLongestSearch = 256;

  explicit ConnectionTable(std::size_t most);

  // A new connection at its first packet, and where its ports are used again.
  // `hash`: that of `origin`.
  Found find_or_begin(const Segment& segment, const Origin& origin, std::uint32_t hash);
  Found find_or_begin(const LoneSegment& segment) {
    return find_or_begin(segment, segment, hash_of(segment.point, segment.source, segment.destination));
  }

  // Of several segments, before they are looked for one by one: each waits for memory while the others do. expect() comes
  // first, fetch() when all of them are expected.
  void expect(std::uint32_t hash) const noexcept { __builtin_prefetch(&slots_[hash & mask_]); }
  void fetch(std::uint32_t hash) const noexcept {
    const Slot& slot = slots_[hash & mask_];
    if (slot.entry == 0) return;
    const Known* const known = &known_[slot.entry - 1];
    __builtin_prefetch(known, 1);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(known) + sizeof(Known) / 2, 1);
  }

  // The newest connection of these two ends, whatever its VLAN. `from` is that of `source`.
  std::optional<Found> find(std::uint32_t point, const Endpoint& source, const Endpoint& destination) const;

  std::uint64_t begun() const { return begun_; }
  std::uint64_t looks() const { return looks_; }  // at slots and connections: what an attack could make grow

  static std::uint32_t hash_of(std::uint32_t point, const Endpoint& source, const Endpoint& destination);

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // One direction, as far as it tells connections apart.
  struct Direction {
    std::uint32_t base = 0;     // first number: of the SYN where there was one
    std::uint32_t next = 0;     // behind the highest
    std::uint32_t fin_end = 0;  // behind the FIN
    std::uint16_t vlan = kNoVlan;
    std::uint16_t inner_vlan = kNoVlan;
    std::uint32_t tunnel_id = 0;
    bool is_seen = false;
    bool has_base = false;
    bool has_syn = false;
    bool has_fin = false;
    bool is_fin_acknowledged = false;
  };
  struct alignas(64) Known {
    std::array<Endpoint, 2> ends;  // ends[i] sends directions[i]; ends[0] < ends[1]
    std::uint32_t point = 0;
    std::uint32_t hash = 0;
    std::uint64_t id = 0;
    std::array<Direction, 2> directions;
    std::uint32_t next_unopened = kNone;
    bool is_among_unopened = false;
    bool starts_with_syn = false;
    bool is_opened = false;
    bool is_reset = false;
    bool is_touched = false;
    bool is_found = false;  // the hash table leads to it; else its ports were used again

    bool is_over() const {
      return is_reset || (directions[0].is_fin_acknowledged && directions[1].is_fin_acknowledged);
    }
    bool is_established() const { return is_opened || !starts_with_syn; }
  };
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  // 0: free, else place + 1
  };

  static bool is_of(const Known& known, const Segment& segment, const Origin& origin, std::uint8_t from);
  static bool is_used_again(const Known& known, const Segment& segment, std::uint8_t from);
  static void note(Known& known, const Segment& segment, const Origin& origin, std::uint8_t from);
  std::uint32_t begin(const Segment& segment, const Origin& origin, std::uint32_t hash, std::uint32_t place);
  void grow();
  std::uint32_t free_place();
  void remember_unopened(std::uint32_t place);
  std::uint32_t oldest_unopened();
  std::uint32_t evict();
  std::uint32_t evict(std::uint32_t place);
  void forget(std::uint32_t place);

  std::size_t most_;
  std::vector<Slot> slots_;
  std::size_t mask_;
  std::vector<Known> known_;  // by place
  std::uint32_t hand_ = 0;
  std::uint32_t first_unopened_ = kNone;  // as they began; some have opened since, or were given up
  std::uint32_t last_unopened_ = kNone;
  std::uint64_t begun_ = 0;
  std::uint64_t looks_ = 0;
};

}  // namespace wirecause::tcp
