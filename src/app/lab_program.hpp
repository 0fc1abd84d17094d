// Finds wirecause-lab, the program that makes faults and shows what is named, and becomes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

// Where wirecause-lab may be, for a wirecause at `self`: installed beside it, installed where the build was told, or in the
// source tree that this program was built from.
std::vector<std::filesystem::path> lab_program_places(const std::filesystem::path& self);

// Runs it with these words instead of this process: returns only when it cannot.
Error become_lab_program(const std::vector<std::string>& words);

}  // namespace wirecause
