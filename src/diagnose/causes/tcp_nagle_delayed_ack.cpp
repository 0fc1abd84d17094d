// Cause: a small write waits for an acknowledgement that the other end holds back.
//
// Mechanism    Nagle's algorithm keeps a short segment back while another is unacknowledged (RFC 9293 3.7.4); the peer has
//              nothing to say and waits with its acknowledgement, 40 ms and more on Linux (TCP_DELACK_MIN), 200 ms elsewhere.
//              Write, write, read makes both wait for each other.
// On the wire  A short segment; a bare acknowledgement far later than the path needs; the next short segment at once.
// Looks like   tcp_sender_idle: there no acknowledgement ends the wait.
// Careful      Once may be chance and is not told. A quicker acknowledgement hides it: the sender must not wait.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 6> kNeeds{
    "tcp.wait_write_pattern", "tcp.nagle_off", "tcp.delayed_acks", "tcp.active", "tcp.round_trip", "tcp.life"};

constexpr std::uint64_t kNoChance = 2;

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto wait = tcp.wait("tcp.wait_write_pattern");
  if (!wait || wait->ns == 0) return {};
  if (wait->times < kNoChance) return {};  // once may be chance
  if (tcp.told("tcp.nagle_off") > 0) {
    return {tcp.ruled_out_here(
        {"small segments went out while others were not acknowledged: Nagle's algorithm is off", {}})};
  }
  // Whoever waits for acknowledgements sends upon most of those that are late.
  if (capped_product(2, wait->times) < tcp.told("tcp.delayed_acks")) return {};
  Judgement j = tcp.named_for(Place::application, Strength::by_count, {*wait});
  j.because.text = "the " + std::string(tcp.sender()) + " held small writes back {times:time} until the " +
                   std::string(tcp.receiver()) + " acknowledged, {lost} in all" + longest_text(*wait);
  j.because.figures = {
      {"times", wait->times}, time_figure("lost", wait->ns), time_figure("longest", wait->longest, Fold::largest)};
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Owner of the sending application: set TCP_NODELAY on the socket, and write a message in one call (writev, or one "
             "buffer); TCP_QUICKACK at the other end only hides it.",
         .impact = "a few more small packets",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "in the application, for every socket that carries requests",
         .undo = "clear TCP_NODELAY"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Set TCP_NODELAY wherever a connection carries requests and answers, and test that header and body leave in one packet."};

}  // namespace

extern constinit const Cause cause_tcp_nagle_delayed_ack{
    .id = "tcp_nagle_delayed_ack",
    .summary = "Small writes waited for a delayed acknowledgement (Nagle)",
    .mechanism =
        "The sender keeps a short segment back while an earlier one is unacknowledged, and the receiver, with nothing to "
        "send, delays its acknowledgement. Both wait until the receiver's timer runs out, 40 ms and more.",
    .look_alike = "tcp_sender_idle: there new data ends the silence without an acknowledgement.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 84,
    .runbook =
        {
            .detection =
                "Short segments leave just behind bare acknowledgements that come far later than the path needs.",
            .isolation =
                "strace -e trace=network on the sending application shows write, write, read; ss -tni shows the socket "
                "without nodelay.",
            .mitigate = "Nothing outside the application helps.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
