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
  };

  void add(const IpAddress& source, bool is_bad) noexcept;

  // At least 90 % bad of at least 16 verified: fewer may be chance.
  std::vector<Host> all_bad() const;
  // Some bad, more than 90 % good.
  std::vector<Host> some_bad() const;

 private:
  static constexpr std::size_t kMaxHosts = 256;
  static constexpr std::size_t kSlots = 512;  // a power of two, at most half full

  Host* slot_of(const IpAddress& source) noexcept;  // nullptr: a new host, and no room
  template <class Predicate>
  std::vector<Host> selected(Predicate predicate) const;

  std::vector<Host> slots_;  // open addressing; checked == 0 is free. Allocated when the first checksum is verified
  std::size_t hosts_ = 0;
  std::size_t recent_ = 0;  // slot of the last host: runs of packets have one source
};

}  // namespace wirecause
