// Plans that others refer to by name.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "generate/feed_plan.hpp"

namespace wirecause::generate {

// `wirecause send --demo`: one MoldUDP64 feed on two lines, 20 000 packets in 0.4 s, with a few faults of a kind each,
// far apart: a burst lost on A and brought by B, a loss that both lines share, swapped neighbours on B, duplicates on
// A, a packet far too late on B, and a restart of the publisher near the end.
FeedPlan demo_feed();

// A healthy feed on two lines, one message a packet: what `dev bench` reads.
FeedPlan bench_feed(std::uint64_t packets);

}  // namespace wirecause::generate
