// Every operator new of this program so far; counted in packet_path_test.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::test {

std::uint64_t allocations_so_far();

}  // namespace wirecause::test
