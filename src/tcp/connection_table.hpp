// All connections of a run: addresses and ports, both ways, to what is known of the connection. Open addressing, bounded.
//
// A full table gives up a connection that had no packet lately, those that are over or never opened first: one turn of a
// clock hand, so that an attack costs no more than its packets. Who was evicted is told before it is gone.
//
// VLANs and tunnels belong to a direction: a mirror may tag one and not the other, labels differ. Another VLAN or tunnel in
// the same direction is another connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "tcp/connection.hpp"

namespace wirecause::tcp {

class ConnectionTable {
 public:
  static constexpr std::size_t kDefaultMost = 32'768;  // 48 MiB at most

  using Evicted = std::function<void(Connection&)>;

  ConnectionTable(std::size_t most, Evicted evicted);

  struct Found {
    Connection* connection;
    std::uint8_t from;  // index of the sender
  };
  // The segment's connection; a new one at its first packet, and where its ports are used again.
  Found find_or_begin(const Segment& segment);

  // The newest connection of these two ends, whatever its VLAN; nullptr: none. `from` is that of `source`.
  Found find(std::uint32_t point, const Endpoint& source, const Endpoint& destination);

  // Those that are remembered, closed ones too, in order of their slots, not of their ids.
  template <class F>
  void for_each(F&& visit) {
    for (Entry& entry : pool_) {
      if (entry.is_used) visit(entry.connection);
    }
  }
  std::uint64_t begun() const { return begun_; }
  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  // 0: free, else index + 1
  };
  struct Entry {
    Connection connection;
    std::uint32_t hash = 0;
    bool is_used = false;
    bool is_found = false;  // the hash table leads to it; else its ports were used again
  };

  static std::uint32_t hash_of(std::uint32_t point, const Endpoint& source, const Endpoint& destination);
  Connection* begin(const Segment& segment, std::uint32_t hash);
  std::uint32_t free_entry();
  std::uint32_t evict();
  void forget(std::uint32_t index);

  std::size_t most_;
  Evicted evicted_callback_;
  std::vector<Slot> slots_;
  std::size_t mask_;
  std::deque<Entry> pool_;
  std::uint32_t hand_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace wirecause::tcp
