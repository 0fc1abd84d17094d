// Drops that are given to nobody: whether a line's loss may hide among them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/live/join/drop_join.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {

// Of what comes in elsewhere, and of unicast to ports that nobody has bound, the tap hands out nothing to wait for.
bool DropJoin::is_asked_for(const DropFlow& flow) const {
  if (!flow.destination.is_multicast() && flow.reason == drop_reason::kNoSocket) return false;
  return flow.ifindex == 0 || std::any_of(inputs_.begin(), inputs_.end(), [&](const LiveInput& input) {
           return input.is_tap() && input.carries(flow.ifindex);
         });
}

// By its stream, where the tap has seen that; else by its group and port.
bool DropJoin::may_be_of_a_line(const DropFlow& flow, const FlowState& state) const {
  if (state.stream != nullptr) return state.stream->state == Stream::State::recognised;
  return is_asked_for(flow) && !streams_.recognised(flow.destination, flow.destination_port).empty();
}

// What is known to be another namespace's, or of a stream that is no feed, is not missed here.
void DropJoin::add_unjoined(Unjoined& to, const DropFlow& flow, const FlowState& state, std::uint64_t datagrams) const {
  if (state.stream != nullptr && state.stream->state == Stream::State::none) return;
  const bool is_of_a_line = may_be_of_a_line(flow, state);
  if (flow.netns != netns_ && (flow.netns != 0 || !is_of_a_line)) return;
  (is_of_a_line ? to.of_lines : to.others) += datagrams;
}

void DropJoin::leave(const Waiting& drop, const DropFlow& flow, const FlowState& state) {
  if (!is_late(drop.time)) add_unjoined(unjoined_, flow, state, drop.segments);
}

}  // namespace wirecause
