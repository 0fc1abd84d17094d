// SPDX-License-Identifier: Apache-2.0
#include "engine/publish.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::array<Published, 6> kPublishes{{
    {"capture.dropped", Shape::sample, Unit::packets,
     "packets that the capture states it lost; absent where it does not say"},
    {"capture.cut", Shape::event, Unit::none, "the file ends inside a record"},
    {"input.file", Shape::state, Unit::none, "name of the file"},
    {"point.name", Shape::state, Unit::none, "name of the observation point"},
    {"point.interface", Shape::state, Unit::none, "interface that was captured"},
    {"point.input", Shape::state, Unit::none, "number of the point's first input"},
}};

}  // namespace

std::span<const Published> engine_publishes() { return kPublishes; }

}  // namespace wirecause
