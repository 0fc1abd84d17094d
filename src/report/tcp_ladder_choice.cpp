// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_ladder_choice.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace wirecause {
namespace {

using tcp::Mark;
using tcp::Step;

bool has_any(const Step& step, std::initializer_list<Mark> marks) {
  return std::ranges::any_of(marks, [&](Mark mark) { return step.note.has(mark); });
}

// It changed what its sender or its receiver did.
bool is_event(const Step& step) {
  return step.note.resend || has_any(step, {Mark::reordered, Mark::reset}) || step.has(tcp::kSyn) ||
         step.has(tcp::kFin);
}

bool is_sign(const Step& step) {
  return has_any(step, {Mark::opens_hole, Mark::fills_hole, Mark::captured_late, Mark::acks_unseen, Mark::came_twice,
                        Mark::keep_alive, Mark::window_probe, Mark::zero_window, Mark::out_of_window});
}

class Choice {
 public:
  explicit Choice(std::size_t packets) : shown_(packets, false) {}

  void add(std::size_t at) {
    if (at >= shown_.size() || shown_[at] || left_ == 0) return;
    shown_[at] = true;
    --left_;
  }
  // What stands beside what is shown; nothing where there is no room for all of it.
  void add_neighbours() {
    std::vector<std::size_t> beside;
    for (std::size_t i = 0; i < shown_.size(); ++i) {
      const bool is_beside = (i > 0 && shown_[i - 1]) || (i + 1 < shown_.size() && shown_[i + 1]);
      if (is_beside && !shown_[i]) beside.push_back(i);
    }
    if (beside.size() > left_) return;
    for (const std::size_t at : beside) add(at);
  }
  // A line that says that one packet is left out would take the room of the packet.
  void close_lone_gaps() {
    for (std::size_t i = 1; i + 1 < shown_.size(); ++i) {
      if (shown_[i - 1] && shown_[i + 1]) shown_[i] = true;
    }
  }
  std::vector<bool> take() { return std::move(shown_); }

 private:
  std::vector<bool> shown_;
  std::size_t left_ = kLadderRows;
};

}  // namespace

std::size_t end_of(const tcp::Stall& stall, const tcp::Trail& trail) {
  // A frame number is one of its file; the connection may go on in the next.
  const auto ends = [&](const Step& step) { return step.frame == stall.frame_after && step.time >= stall.from; };
  return static_cast<std::size_t>(std::ranges::find_if(trail.steps, ends) - trail.steps.begin());
}

std::vector<bool> rows_to_show(const tcp::ConnectionSummary& connection, const tcp::Trail& trail) {
  constexpr std::size_t kBeginning = 3;  // a handshake
  constexpr std::size_t kEnd = 2;
  const std::size_t packets = trail.steps.size();
  if (packets <= kLadderRows) return std::vector<bool>(packets, true);
  Choice choice(packets);
  for (std::size_t i = 0; i < kBeginning; ++i) choice.add(i);
  for (std::size_t i = 0; i < kEnd; ++i) choice.add(packets - 1 - i);
  for (const tcp::Stall& stall : connection.stalls) {
    const std::size_t end = end_of(stall, trail);
    if (end == packets) continue;
    if (end > 0) choice.add(end - 1);
    choice.add(end);
  }
  for (std::size_t i = 0; i < packets; ++i) {
    if (is_event(trail.steps[i])) choice.add(i);
  }
  for (std::size_t i = 0; i < packets; ++i) {
    if (is_sign(trail.steps[i])) choice.add(i);
  }
  choice.add_neighbours();
  choice.add_neighbours();
  choice.close_lone_gaps();
  return choice.take();
}

}  // namespace wirecause
