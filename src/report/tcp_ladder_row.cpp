// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_ladder_row.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/tcp_words.hpp"

namespace wirecause {
namespace {

using tcp::Mark;
using tcp::Step;

std::string flags_text(const Step& step) {
  std::string out;
  const auto put = [&](tcp::Flag flag, std::string_view name) {
    if (step.has(flag)) out += (out.empty() ? "" : " ") + std::string(name);
  };
  put(tcp::kSyn, "SYN");
  put(tcp::kFin, "FIN");
  put(tcp::kRst, "RST");
  return out;
}

std::string resend_text(const tcp::Note& note) {
  if (*note.resend == tcp::Resend::path_copy) return "sent once, copied on the way";
  const bool was_needless = *note.resend == tcp::Resend::spurious && note.sent_as != tcp::Resend::unexplained;
  return fmt::format("sent again: {}{}{}", words_of(*note.resend), was_needless ? ", as " : "",
                     was_needless ? words_of(note.sent_as) : std::string_view());
}

std::string reason_text(const Step& step) {
  std::string out;
  const auto say = [&](std::string_view what) { out += (out.empty() ? "" : ", ") + std::string(what); };
  const auto say_if = [&](Mark mark, std::string_view what) {
    if (step.note.has(mark)) say(what);
  };
  say_if(Mark::copy, "the capture holds it twice");
  if (step.note.resend) say(resend_text(step.note));
  say_if(Mark::reordered, "late: overtaken on the way");
  if (step.note.resend && step.note.has(Mark::fills_hole)) say("lost before this point");
  say_if(Mark::opens_hole, "bytes before it are missing");
  say_if(Mark::captured_late, "captured behind its acknowledgement");
  say_if(Mark::acks_unseen, "acknowledges what was not captured");
  say_if(Mark::duplicate_ack, "duplicate");
  say_if(Mark::came_twice, "D-SACK: came twice");
  say_if(Mark::keep_alive, "keep-alive");
  say_if(Mark::window_probe, "window probe");
  say_if(Mark::zero_window, "window closed");
  say_if(Mark::window_update, "window update");
  say_if(Mark::out_of_window, "beyond the window: not believed");
  if (step.note.round_trip_ns > 0) say(fmt::format("after {}", duration_text({step.note.round_trip_ns})));
  return out;
}

// "SYN", "1:1449 ack 75 win 65536". Of a captured copy the window is not known: it came with its original.
std::string numbers_text(const Step& step) {
  std::string out = flags_text(step);
  const auto put = [&](std::string text) { out += (out.empty() ? "" : " ") + std::move(text); };
  if (step.has_bytes()) put(fmt::format("{}:{}", step.note.begin, step.note.begin + step.length));
  if (step.has_ack()) put(fmt::format("ack {}", step.note.ack));
  if (step.acknowledges()) put(fmt::format("win {}", step.window));
  for (std::size_t i = 0; i < step.sack_count; ++i)
    put(fmt::format("sack {}:{}", step.sack[i].first, step.sack[i].second));
  return out;
}

}  // namespace

std::string ladder_row(const Step& step, TimeNs first) {
  const std::string reason = reason_text(step);
  return fmt::format("  {:>12} #{:<8} {} {}{}", duration_text(step.time - first), step.frame,
                     step.from_client ? "→" : "←", numbers_text(step), reason.empty() ? "" : "   " + reason);
}

}  // namespace wirecause
