// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace wirecause {
namespace {

// Reports are laid out for 100 columns; under 60 their tables cannot be read, over 160 their lines cannot.
constexpr int kUsualWidth = 100;
constexpr int kLeastWidth = 60;
constexpr int kMostWidth = 160;

int columns_of(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Terminal terminal_of(int descriptor) {
  return terminal_from(::isatty(descriptor) == 1, columns_of(descriptor), std::getenv("NO_COLOR"), std::getenv("TERM"));
}

}  // namespace

Terminal terminal_from(bool is_terminal, int columns, const char* no_color, const char* term) {
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = term == nullptr || std::string_view(term).empty() || std::string_view(term) == "dumb";
  Terminal terminal;
  terminal.is_terminal = is_terminal;
  terminal.colour = is_terminal && !refused && !dumb;
  terminal.width = is_terminal && columns > 0 ? std::clamp(columns, kLeastWidth, kMostWidth) : kUsualWidth;
  return terminal;
}

Terminal stdout_terminal() { return terminal_of(STDOUT_FILENO); }
Terminal stderr_terminal() { return terminal_of(STDERR_FILENO); }

}  // namespace wirecause
