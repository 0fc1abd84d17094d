// A file of /proc or /sys that is read again and again: opened once, so that reading needs no privilege and no path
// look-up later, and read from its start into a buffer that is kept.
//
// Used by every collector that reads text. Files of /proc/net show the network namespace in which they were opened.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "host/availability.hpp"

namespace wirecause {

class ProcFile {
 public:
  // /proc/interrupts of 512 CPUs and 2 000 interrupts is 11 MB; more than this is no file of the kernel.
  static constexpr std::size_t kMaxBytes = 16U << 20U;

  // Errors: not_found, permission (both name the path), io.
  static Result<ProcFile> open(std::string path);

  // The whole text; valid until the next read. Errors: io (the source vanished), bad_input (over kMaxBytes).
  Result<std::string_view> read();

  const std::string& path() const { return path_; }

 private:
  ProcFile(Descriptor descriptor, std::string path);

  Descriptor descriptor_;
  std::string path_;
  std::vector<char> buffer_;
};

// Whether the file can be opened for reading now; `remedy` is told where it is there but may not be read, `missing` where
// it is not there.
Availability can_read(const std::string& path, std::string_view remedy, std::string_view missing);

}  // namespace wirecause
