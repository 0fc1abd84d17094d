// It is a Python program, so that a scenario is read and written by whoever knows the fault.
// SPDX-License-Identifier: Apache-2.0
#include "app/lab_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace wirecause {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPython = "python3";

fs::path self_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

Error cannot(const std::string& why) { return {Errc::usage, "lab: " + why}; }

}  // namespace

std::vector<fs::path> lab_program_places(const fs::path& self) {
  const fs::path installed = "wirecause/wirecause-lab";
  return {self.parent_path().parent_path() / "libexec" / installed, fs::path(WIRECAUSE_LIBEXEC_DIR) / installed,
          fs::path(WIRECAUSE_LAB_SOURCE_DIR) / "wirecause-lab"};
}

Error become_lab_program(const std::vector<std::string>& words) {
  const fs::path self = self_path();
  std::error_code error;
  fs::path found;
  for (const fs::path& place : lab_program_places(self)) {
    if (found.empty() && fs::is_regular_file(place, error)) found = place;
  }
  if (found.empty())
    return cannot(
        "the program wirecause-lab was not found: install wirecause with it (cmake --install), or run "
        "lab/wirecause-lab of the source tree");
  std::vector<std::string> all{kPython, found.string()};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> raw;
  for (std::string& word : all) raw.push_back(word.data());
  raw.push_back(nullptr);
  ::setenv("WIRECAUSE", self.c_str(), 1);
  ::setenv("WIRECAUSE_LAB_CALLED", "wirecause lab", 1);  // what its messages tell people to type
  std::fflush(stdout);
  ::execvp(kPython, raw.data());
  if (errno == ENOENT) return cannot("python3 was not found: install it (apt-get install python3)");
  return cannot(fmt::format("python3 cannot be started: {}", std::strerror(errno)));
}

}  // namespace wirecause
