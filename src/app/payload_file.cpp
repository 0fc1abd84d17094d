// SPDX-License-Identifier: Apache-2.0
#include "app/payload_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/output.hpp"
#include "base/text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kBuffer = 64U << 10U;
constexpr std::size_t kTold = 10;

std::string hole_text(const tcp::StreamHole& hole) {
  const char* const why =
      hole.reason == tcp::StreamHole::Reason::cut ? "were cut off by the capture" : "were not captured";
  return fmt::format("bytes {} to {} {}", number_text(static_cast<std::uint64_t>(hole.begin)),
                     number_text(static_cast<std::uint64_t>(hole.end - 1)), why);
}

}  // namespace

PayloadFile::~PayloadFile() {
  if (file_.get() >= 0 && !is_closed_) ::unlink(path_.c_str());
}

Result<void> PayloadFile::open() {
  if (is_standard_output()) return {};
  WC_TRY_ASSIGN(file_, new_file(path_));
  return {};
}

int PayloadFile::descriptor() const { return is_standard_output() ? STDOUT_FILENO : file_.get(); }

void PayloadFile::flush() {
  if (failed_ == 0 && !write_all(descriptor(), waiting_)) failed_ = errno;
  waiting_.clear();
}

void PayloadFile::bytes(const tcp::StreamPiece& piece) {
  waiting_.append(reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size());
  end_ = piece.begin + static_cast<tcp::Offset>(piece.bytes.size());
  if (waiting_.size() >= kBuffer) flush();
}

// A file gets a hole, too, as the file system knows it; a pipe cannot.
void PayloadFile::skip(tcp::Offset count) {
  flush();
  if (failed_ == 0 && !is_standard_output() && ::lseek(file_.get(), count, SEEK_CUR) < 0) failed_ = errno;
  if (!is_standard_output()) return;
  for (; count > 0 && failed_ == 0; count -= static_cast<tcp::Offset>(kBuffer)) {
    waiting_.assign(std::min(kBuffer, static_cast<std::size_t>(count)), '\0');
    flush();
  }
}

void PayloadFile::hole(const tcp::StreamHole& hole) {
  ++holes_;
  missing_ += static_cast<std::uint64_t>(hole.end - hole.begin);
  if (told_.size() < kTold) told_.push_back(hole);
  end_ = hole.end;
  skip(hole.end - hole.begin);
}

Result<void> PayloadFile::close() {
  flush();
  is_closed_ = true;
  if (failed_ == 0 && !is_standard_output() && ::ftruncate(file_.get(), end_) != 0) failed_ = errno;
  const bool has_reader_gone = is_standard_output() && failed_ == EPIPE;
  if (failed_ != 0 && !has_reader_gone) {
    return fail(Errc::io, fmt::format("write the {}'s payload to {}: {}", side_,
                                      is_standard_output() ? "standard output" : path_, std::strerror(failed_)));
  }
  for (const tcp::StreamHole& hole : told_)
    complain(fmt::format("--payload {}: {}; zeros stand for them", side_, hole_text(hole)));
  if (holes_ > told_.size()) {
    complain(fmt::format("--payload {}: {} holes in all, {} bytes", side_, number_text(holes_), number_text(missing_)));
  }
  return {};
}

}  // namespace wirecause
