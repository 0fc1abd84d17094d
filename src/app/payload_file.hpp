// Where `analyze --payload` writes one side of a connection: a new file, or standard output. What was not captured is
// zeros, so that every byte stands at its place in the stream, and told on standard error.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "tcp/byte_stream.hpp"

namespace wirecause {

class PayloadFile : public tcp::StreamReader {
 public:
  // `side`: "client" or "server". `path`: of a new file, which is gone again unless it is closed; or "-".
  PayloadFile(std::string_view side, std::string path) : side_(side), path_(std::move(path)) {}
  ~PayloadFile() override;
  PayloadFile(const PayloadFile&) = delete;
  PayloadFile& operator=(const PayloadFile&) = delete;

  // Errors: io, when the file is there already or cannot be made.
  Result<void> open();
  void bytes(const tcp::StreamPiece& piece) override;
  void hole(const tcp::StreamHole& hole) override;
  // Writes the rest and tells the holes. Errors: io, also of what was written before.
  Result<void> close();

  bool is_standard_output() const { return path_ == "-"; }

 private:
  int descriptor() const;
  void flush();
  void skip(tcp::Offset count);

  std::string side_;
  std::string path_;
  FileDescriptor file_;
  bool is_closed_ = false;
  int failed_ = 0;  // errno of the first write that failed
  std::string waiting_;
  tcp::Offset end_ = 0;                // where the stream has got to
  std::vector<tcp::StreamHole> told_;  // the first ones
  std::uint64_t holes_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace wirecause
