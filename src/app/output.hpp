// Standard output and error of the program: reports on the one, one-line complaints on the other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace wirecause {

// All of `text` to standard output. A reader that has gone (`| head`) is no error: this and later texts are dropped
// quietly. Errors: io, when the system refuses (disk full), with what to do.
Result<void> print(std::string_view text);

// A new file, readable and writable by its owner only; never over one that is there.
Result<FileDescriptor> new_file(const std::string& path);
// All of `text` into a new file.
Result<void> write_new_file(const std::string& path, std::string_view text);

// False: errno says why.
bool write_all(int descriptor, std::string_view text);

// "wirecause: <message>" on standard error, always one line.
void complain(std::string_view message);

// Lines of ours to standard error, as they are: what a live run says while it goes on. A failure is not looked at.
void note(std::string_view text);

// Writing to a closed pipe must return EPIPE instead of ending the process; called once, at the start.
void ignore_closed_pipes();

}  // namespace wirecause
