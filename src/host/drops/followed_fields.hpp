// The destinations whose datagrams carry their number where the program in the kernel reads it: a table in shared memory
// that it looks at when a new flow appears, and the flows that are there already.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "host/drops/drop_probe.hpp"

struct wc_drop_field;  // bpf/drop_record.h

namespace wirecause {

// As wc_drop_field::field has it. Error: a width that is none of 1, 2, 4, 8 (the count's may be 0).
Result<std::uint64_t> packed_field(const NumberField& field);

class FollowedFields {
 public:
  static constexpr std::size_t kMaxFields = 4096;  // and as many sources

  explicit FollowedFields(wc_drop_field* table) : table_(table) {}

  // Adds or replaces. Error: bad width, or kMaxFields are there.
  Result<void> follow(const NumberField& field);
  // The same of one whose numbers stand at no fixed place: its first bytes are told.
  Result<void> follow_bytes(const FollowedStream& stream);
  // 0: not followed.
  std::uint64_t find(const unsigned char* destination, std::uint16_t port) const;  // 16 bytes

 private:
  using Bytes16 = std::array<unsigned char, 16>;
  // The slot of the destination and source, or the free one where it belongs; nullptr: neither is near.
  wc_drop_field* slot_of(const unsigned char* destination, const Bytes16& source, std::uint16_t port) const;
  Result<void> put(const FollowedStream& stream, const Bytes16& source, std::uint64_t packed, std::size_t& used);
  Result<void> put(const FollowedStream& stream, std::uint64_t packed);

  wc_drop_field* table_;
  std::size_t used_ = 0;
  std::size_t sources_ = 0;
};

}  // namespace wirecause
