// A regular file mapped for one pass from front to back; pages that were passed are given back on the way.
//
// Who calls it: InputWindow. Whoever holds views must not expect them to survive move_to().
// Private memory is none; the resident part of the mapping stays below two release steps.
//
// A file that is cut by someone else while it is mapped would end the process by SIGBUS. A process-wide handler,
// installed with the first mapping, puts zero pages under the missing part instead and was_cut() becomes true, as
// systemd-journald does for its files (sigbus.c); a SIGBUS elsewhere is passed on to whoever handled it before. The
// handler knows at most kMaxMappings files; over that, map() says no and the caller reads the file instead.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"

namespace wirecause {

inline constexpr std::size_t kMaxMappings = 256;
inline constexpr std::size_t kPopulateStep = 1024 * 1024;
inline constexpr std::size_t kReleaseStep =
    4 * 1024 * 1024;  // a few hundred microseconds of reading for one madvise(2)

class MappedFile {
 public:
  // `size` as fstat(2) gives it, not 0. Takes the descriptor over only when it succeeds; null otherwise.
  static std::unique_ptr<MappedFile> map(int descriptor, std::size_t size);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  Bytes bytes() const { return bytes_; }

  // The bytes before `offset` are not looked at again, those behind it will be soon.
  void move_to(std::size_t offset);

  // The mapping met a missing page: bytes read since then may be zeros that no one wrote.
  bool was_cut() const;

  // The same, asked of the file system: also sees a cut within the last page.
  bool is_shorter_now() const;

 private:
  MappedFile(int descriptor, Bytes bytes, std::size_t slot) : descriptor_(descriptor), bytes_(bytes), slot_(slot) {}

  void populate_until(std::size_t wanted);
  void release_before(std::size_t offset);

  int descriptor_;
  Bytes bytes_;
  std::size_t slot_;
  std::size_t released_ = 0;
  std::size_t populated_ = 0;
};

}  // namespace wirecause
