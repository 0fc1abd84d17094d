// SPDX-License-Identifier: Apache-2.0
#include "engine/publish.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::array<Published, 11> kPublishes{{
    {"capture.dropped", Shape::sample, Unit::packets,
     "packets that the capture states it lost; absent where it does not say"},
    {"capture.cut", Shape::event, Unit::none, "the file ends inside a record"},
    {"input.file", Shape::state, Unit::none, "name of the file"},
    {"point.name", Shape::state, Unit::none, "name of the observation point"},
    {"point.interface", Shape::state, Unit::none, "interface that was captured"},
    {"point.input", Shape::state, Unit::none, "number of the point's first input"},
    {"tcp.connections", Shape::summary, Unit::none, "TCP connections of 16 packets or more"},
    {"tcp.one_way_connections", Shape::summary, Unit::none,
     "of these, seen in one direction only, with acknowledgements of data that was never seen"},
    {"tcp.opened", Shape::summary, Unit::none, "TCP connections whose handshake was seen whole"},
    {"tcp.refused", Shape::summary, Unit::none,
     "connection attempts answered by a reset, to where that client never got through; the first few by name"},
    {"tcp.unanswered", Shape::summary, Unit::none,
     "connection attempts whose SYN was sent again and never answered, likewise"},
}};

}  // namespace

std::span<const Published> engine_publishes() { return kPublishes; }

}  // namespace wirecause
