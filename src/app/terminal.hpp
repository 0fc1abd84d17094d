// What the terminal behind standard output or error can show. Asked once, by commands; nothing below app knows of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wirecause {

struct Terminal {
  bool is_terminal = false;
  bool colour = false;  // a terminal, TERM is not "dumb", NO_COLOR (no-color.org) is not set
  int width = 100;      // columns; 100 where it is no terminal or does not say
};

Terminal stdout_terminal();
Terminal stderr_terminal();

// The same from facts, for tests: `columns` 0 = unknown; the variables are null when unset.
Terminal terminal_from(bool is_terminal, int columns, const char* no_color, const char* term);

}  // namespace wirecause
