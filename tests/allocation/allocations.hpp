// Every operator new of this program so far, and what is held of them; counted in packet_path_test.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::test {

std::uint64_t allocations_so_far();
std::uint64_t bytes_held();  // with what malloc rounds up

}  // namespace wirecause::test
