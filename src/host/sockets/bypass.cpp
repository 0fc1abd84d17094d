// One walk of /proc: descriptors of every process, and the names in /proc/PID/maps of those that have a socket or a NIC's
// device open. A process whose files may not be read, or that ends meanwhile, is passed over.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/bypass.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/file_descriptor.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/sockets/bypass_marks.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxProcesses = 1U << 22U;    // PID_MAX_LIMIT
constexpr std::size_t kMaxDescriptors = 1U << 20U;  // of one process
constexpr std::size_t kMaxMaps = 64U << 20U;        // 65 530 mappings (vm.max_map_count) are some 6 MiB

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

// False: they may not be read.
bool take_descriptors(const std::string& process, BypassMarks& marks) {
  const Folder folder(::opendir((process + "/fd").c_str()));
  if (!folder) return errno != EACCES && errno != EPERM;
  std::array<char, 256> link{};
  for (std::size_t seen = 0; seen < kMaxDescriptors; ++seen) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const auto number = number_of<std::int32_t>(entry->d_name);
    if (!number) continue;
    const ssize_t length = ::readlinkat(::dirfd(folder.get()), entry->d_name, link.data(), link.size());
    if (length > 0) {
      marks.add_descriptor(*number, {link.data(), static_cast<std::size_t>(length)});
    }
  }
  return true;
}

// Whole lines of `text`; returns how much of it they were.
std::size_t take_lines(std::string_view text, BypassMarks& marks) {
  std::size_t taken = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', taken)) {
    marks.add_mapping(text.substr(taken, end - taken));
    taken = end + 1;
  }
  return taken;
}

// False: they may not be read.
bool take_mappings(const std::string& process, BypassMarks& marks) {
  const FileDescriptor file(::open((process + "/maps").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return errno != EACCES && errno != EPERM;
  std::array<char, 32'768> buffer{};
  std::size_t kept = 0;
  for (std::size_t read = 0; read < kMaxMaps && kept < buffer.size();) {
    const ssize_t length = ::read(file.get(), buffer.data() + kept, buffer.size() - kept);
    if (length <= 0) break;
    read += static_cast<std::size_t>(length);
    const std::size_t filled = kept + static_cast<std::size_t>(length);
    const std::size_t taken = take_lines({buffer.data(), filled}, marks);
    kept = filled - taken;
    std::copy(buffer.data() + taken, buffer.data() + filled, buffer.data());
  }
  return true;
}

// When it began, in ticks since the machine did (proc(5): field 22 of stat); 0: not known.
std::uint64_t started_at(const std::string& process) {
  constexpr int kFieldsToStart = 19;  // from the third, which follows the command's last bracket
  const std::string text = text_or_nothing(process + "/stat");
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string::npos) return 0;
  std::string_view rest = std::string_view(text).substr(bracket + 1);
  for (int i = 0; i < kFieldsToStart; ++i) take_word(rest);
  return number_of<std::uint64_t>(take_word(rest)).value_or(0);
}

}  // namespace

BypassSearch::Known& BypassSearch::known(std::int32_t pid, const std::string& process) {
  Known& at = known_[pid];
  const std::uint64_t started = started_at(process);
  if (at.started != started) at = {};
  at.started = started;
  at.is_present = true;
  return at;
}

void BypassSearch::search(std::int32_t pid, BypassFound& found) {
  const std::string process = fmt::format("{}/{}", proc_, pid);
  Known& at = known(pid, process);
  BypassMarks marks = at.mappings;
  bool is_readable = take_descriptors(process, marks);
  if (is_readable && marks.needs_mappings()) {
    if (at.looks < kLooksAtMappings) {
      ++at.looks;
      BypassMarks mappings;
      at.is_readable = take_mappings(process, mappings);
      at.mappings = std::move(mappings);
      marks = at.mappings;
      take_descriptors(process, marks);
    }
    is_readable = at.is_readable;
  }
  if (!is_readable) ++found.unreadable;
  for (BypassMarks::Stack& stack : marks.stacks()) {
    found.processes.push_back({pid, first_line(process + "/comm"), std::move(stack.name), std::move(stack.evidence)});
  }
}

BypassFound BypassSearch::look() {
  BypassFound found;
  const Folder folder(::opendir(proc_.c_str()));
  if (!folder) return found;
  for (auto& [pid, at] : known_) at.is_present = false;
  for (std::size_t seen = 0; seen < kMaxProcesses; ++seen) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const auto pid = number_of<std::int32_t>(entry->d_name);
    if (pid) search(*pid, found);
  }
  std::erase_if(known_, [](const auto& one) { return !one.second.is_present; });
  std::ranges::stable_sort(found.processes, {}, &BypassProcess::pid);
  return found;
}

std::vector<BypassProcess> find_bypass(const std::string& proc) { return BypassSearch(proc).look().processes; }

}  // namespace wirecause
