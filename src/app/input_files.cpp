// SPDX-License-Identifier: Apache-2.0
#include "app/input_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

namespace wirecause {
namespace {

constexpr std::string_view kStdin = "-";

// Links and other spellings of a path lead to one file; what cannot be looked at is compared by its name.
bool is_same_file(const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (a == kStdin || b == kStdin) return false;
  struct stat one {};
  struct stat other {};
  if (::stat(a.c_str(), &one) != 0 || ::stat(b.c_str(), &other) != 0) return false;
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// The spelling under which `file` is read already; else it is added.
const std::string& chosen(const std::string& file, std::vector<std::string>& files) {
  const auto found = std::ranges::find_if(files, [&file](const std::string& f) { return is_same_file(f, file); });
  return found == files.end() ? files.emplace_back(file) : *found;
}

}  // namespace

Result<void> choose_files(const std::vector<std::string>& named, AnalysisOptions& options) {
  if (std::ranges::count(named, kStdin) > 1) return fail(Errc::usage, "standard input (-) can be read only once");
  options.files.clear();
  for (const std::string& file : named) chosen(file, options.files);
  for (NamedPoint& point : options.points) {
    point.file = chosen(point.file, options.files);
    for (const NamedPoint& earlier : options.points) {
      if (&earlier == &point) break;
      if (earlier.file != point.file || earlier.name == point.name) continue;
      return fail(Errc::usage,
                  fmt::format("--point: {} has two names, {} and {}", point.file, earlier.name, point.name));
    }
  }
  if (options.files.empty()) return fail(Errc::usage, "no FILE to read; - is standard input");
  return {};
}

}  // namespace wirecause
