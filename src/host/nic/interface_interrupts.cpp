// SPDX-License-Identifier: Apache-2.0
#include "host/nic/interface_interrupts.hpp"

#include <dirent.h>

#include <cctype>
#include <memory>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { static_cast<void>(::closedir(folder)); }
};

std::set<std::uint32_t> numbers_in(const std::string& path) {
  std::set<std::uint32_t> numbers;
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
  if (!folder) return numbers;
  while (const dirent* entry = ::readdir(folder.get())) {
    const auto number = number_of(std::string_view(entry->d_name));
    if (number && *number <= UINT32_MAX) numbers.insert(static_cast<std::uint32_t>(*number));
  }
  return numbers;
}

}  // namespace

std::set<std::uint32_t> msi_interrupts(const std::string& sys, const std::string& interface) {
  const std::string device = sys + "/class/net/" + interface + "/device";
  std::set<std::uint32_t> own = numbers_in(device + "/msi_irqs");
  return own.empty() ? numbers_in(device + "/../msi_irqs") : own;
}

bool is_action_of(std::string_view action, std::string_view interface) {
  if (interface.empty() || !action.starts_with(interface)) return false;
  return action.size() == interface.size() || std::isalnum(static_cast<unsigned char>(action[interface.size()])) == 0;
}

}  // namespace wirecause
