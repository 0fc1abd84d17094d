// The relay's command line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rule.hpp"

namespace lab {

struct RelayOptions {
  std::string left;
  std::string right;
  std::string journal;
  std::vector<Rule> rules;
  Field field;
  std::uint64_t seed = 1;
  bool keeps_passes = false;
};

RelayOptions relay_options(const std::vector<std::string>& words);  // throws BadRule with one sentence

}  // namespace lab
