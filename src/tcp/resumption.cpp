// SPDX-License-Identifier: Apache-2.0
#include "tcp/resumption.hpp"

#include <memory>

#include "tcp/connection.hpp"

namespace wirecause::tcp {

void note_lost_flight(Connection& connection, std::uint8_t sender, const Note& note) {
  Flow& flow = connection.flows[sender];
  if (!flow.resumption || !note.has(Mark::opens_hole) || !flow.holes || flow.holes->empty()) return;
  const Resumption silence = *flow.resumption;
  const Hole& hole = flow.holes->all().back();
  if (hole.begin != silence.end) return;
  flow.resumption.reset();
  if (!flow.recovery) flow.recovery = std::make_unique<Recovery>();
  flow.recovery->ran_out_before(hole.end, silence.to);
  flow.account.move(Wait::sender_idle, Wait::recovery_timeout, silence.to - silence.from);
  if (!connection.stalls) connection.stalls = std::make_unique<Stalls>();
  connection.stalls->add(
      {silence.from, silence.to, Wait::recovery_timeout, sender, silence.frame_before, silence.frame});
}

}  // namespace wirecause::tcp
