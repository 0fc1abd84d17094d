// UDP and TCP checksums by the host that sent them. A host all of whose checksums are bad is one whose NIC fills them
// in after the capture saw the packet; a few bad ones among good ones are damage.
//
// Bounded: the first 256 hosts of a point are followed, later ones are only in the sums.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/address.hpp"

namespace wirecause {

class SourceChecksums {
 public:
  struct Host {
    IpAddress address;
    std::uint64_t checked = 0;
    std::uint64_t bad = 0;

    void add(bool is_bad) noexcept {
      ++checked;
      bad += is_bad ? 1U : 0U;
    }
  };

  // Where the checksums of a host are counted, for as long as this object lives; its first add() follows at once.
  // nullptr: a new host, and no room.
  Host* host(const IpAddress& source) noexcept;

  // At least 90 % bad of at least 16 verified: fewer may be chance.
  std::vector<Host> all_bad() const;
  // Some bad, more than 90 % good.
  std::vector<Host> some_bad() const;

 private:
  static constexpr std::size_t kMaxHosts = 256;
  static constexpr std::size_t kSlots = 512;  // a power of two, at most half full

  template <class Predicate>
  std::vector<Host> selected(Predicate predicate) const;

  std::vector<Host> slots_;  // open addressing; checked == 0 is free. Allocated when the first checksum is verified
  std::size_t hosts_ = 0;
};

}  // namespace wirecause
