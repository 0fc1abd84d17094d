// A time zone by its IANA name: the offset from UTC at an instant, from the system's TZif file.
//
// The calendar reads it when a day changes; nobody asks per packet. Where the file is missing (small containers have no
// time-zone database) the zones of the exchanges have a rule of their own here, and is_built_in() says that it was
// used.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/posix_tz.hpp"
#include "base/result.hpp"

namespace wirecause {

class Zone {
 public:
  static constexpr std::string_view kDatabase = "/usr/share/zoneinfo";

  // not_found: neither a file of that name nor a rule of ours. bad_input: the file is not TZif version 2 or later.
  static Result<Zone> load(std::string_view name, std::string_view database = kDatabase);

  // A TZif file's bytes (RFC 8536, version 2 to 4). Bytes are not kept.
  static Result<Zone> parse(Bytes tzif);

  // Seconds east of UTC at an instant in seconds since the Unix epoch.
  std::int64_t offset_at(std::int64_t utc_s) const;

  bool is_built_in() const { return is_built_in_; }

 private:
  struct Transition {
    std::int64_t utc_s = 0;
    std::int64_t offset_s = 0;  // from then on
  };
  std::vector<Transition> transitions_;  // ascending
  std::int64_t first_offset_ = 0;        // before the first transition
  std::optional<PosixTz> rule_;          // after the last one
  bool is_built_in_ = false;
};

}  // namespace wirecause
