// The packets of one connection, one by one, with what each turned out to be: for its ladder and its graph.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tcp/note.hpp"
#include "tcp/segment.hpp"

namespace wirecause::tcp {

struct Step {
  TimeNs time = kNoTime;
  std::uint64_t frame = 0;
  std::uint32_t input = 0;
  bool from_client = false;
  std::uint8_t flags = 0;
  std::uint32_t length = 0;
  std::uint64_t window = 0;  // bytes that its sender announces
  Note note;
  std::array<std::pair<Offset, Offset>, 4> sack{};  // in the peer's offsets
  std::uint8_t sack_count = 0;

  bool has(Flag flag) const { return (flags & flag) != 0; }
  // What it says counts: it is of this connection, and was not counted before.
  bool is_believed() const { return !note.has(Mark::copy) && !note.has(Mark::out_of_window); }
  // note.ack is what it acknowledges; a captured copy repeats that of its original.
  bool has_ack() const { return has(kAck) && !has(kRst) && !note.has(Mark::out_of_window); }
  bool acknowledges() const { return has_ack() && is_believed(); }
  // note.begin and note.end are those of its bytes; those of a reset are not looked at.
  bool has_bytes() const { return length > 0 && !has(kRst); }
};

struct Trail {
  static constexpr std::size_t kMost = 1'000'000;  // 150 MiB; asked for one connection only

  std::vector<Step> steps;
  std::uint64_t omitted = 0;
};

}  // namespace wirecause::tcp
