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
#include <memory>
#include <utility>

#include "base/descriptor.hpp"
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

void take_descriptors(const std::string& process, BypassMarks& marks) {
  const Folder folder(::opendir((process + "/fd").c_str()));
  if (!folder) return;
  std::array<char, 256> link{};
  for (std::size_t seen = 0; seen < kMaxDescriptors; ++seen) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) return;
    const auto number = number_of<std::int32_t>(entry->d_name);
    if (!number) continue;
    const ssize_t length = ::readlinkat(::dirfd(folder.get()), entry->d_name, link.data(), link.size());
    if (length > 0) {
      marks.add_descriptor(*number, {link.data(), static_cast<std::size_t>(length)});
    }
  }
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

void take_mappings(const std::string& process, BypassMarks& marks) {
  const Descriptor file(::open((process + "/maps").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return;
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
}

void search_process(const std::string& proc, std::int32_t pid, std::vector<BypassProcess>& found) {
  const std::string process = fmt::format("{}/{}", proc, pid);
  BypassMarks marks;
  take_descriptors(process, marks);
  if (marks.needs_mappings()) take_mappings(process, marks);
  for (BypassMarks::Stack& stack : marks.stacks()) {
    found.push_back({pid, first_line(process + "/comm"), std::move(stack.name), std::move(stack.evidence)});
  }
}

}  // namespace

std::vector<BypassProcess> find_bypass(const std::string& proc) {
  std::vector<BypassProcess> found;
  const Folder folder(::opendir(proc.c_str()));
  if (!folder) return found;
  for (std::size_t seen = 0; seen < kMaxProcesses; ++seen) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const auto pid = number_of<std::int32_t>(entry->d_name);
    if (pid) search_process(proc, *pid, found);
  }
  std::ranges::stable_sort(found, {}, &BypassProcess::pid);
  return found;
}

}  // namespace wirecause
