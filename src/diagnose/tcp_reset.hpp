// The reset of an open connection: whose it can be.
//
// A host's packets come with TTLs that fall by one a hop from 32, 64, 128 or 255. A reset whose TTL cannot have
// come the same number of hops as the end's other packets was sent by something else on the way. One that may have come as
// far, from another first value, proves nothing: some hosts send resets with a value of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "diagnose/tcp_case.hpp"

namespace wirecause {

enum class TtlEvidence : std::uint8_t {
  same,     // the reset has a TTL that the end's other packets had
  foreign,  // it cannot have come as far
  unclear,  // another first value, or theirs changed
  unknown,  // there is nothing to compare with
};

class TcpReset {
 public:
  explicit TcpReset(const TcpCase& tcp);

  bool is_known() const { return bare_ && fin_by_resetter_ && went_on_ && tries_; }
  // Without an acknowledgement number, of an end that did not close: a host that knows no such connection answers so.
  bool is_of_unknown_connection() const { return *bare_ > 0 && *fin_by_resetter_ == 0; }
  bool had_closed() const { return *fin_by_resetter_ > 0; }
  std::uint64_t tries() const { return tries_.value_or(0); }
  std::uint64_t silence() const { return silence_.value_or(0); }
  std::uint64_t went_on() const { return went_on_.value_or(0); }
  TtlEvidence hops() const { return hops_; }
  bool is_foreign() const { return went_on() > 0 || hops_ == TtlEvidence::foreign; }

 private:
  std::optional<std::uint64_t> bare_;
  std::optional<std::uint64_t> fin_by_resetter_;
  std::optional<std::uint64_t> went_on_;
  std::optional<std::uint64_t> tries_;
  std::optional<std::uint64_t> silence_;
  TtlEvidence hops_ = TtlEvidence::unknown;
};

}  // namespace wirecause
