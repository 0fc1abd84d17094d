// Cause: the receiving application reads more slowly than the data comes.
//
// Mechanism    What is not read fills the socket's buffer; the kernel announces the room that is left
//              (__tcp_select_window, net/ipv4/tcp_output.c), at last none, and the sender must wait.
// On the wire  The window shrinks to less than a segment or to zero; probes of the closed window; an update when the
//              application has read.
// Looks like   tcp_window_limited: there the window stands full and never shrinks. tcp_half_open: probes without answers.
// Careful      A window that was small from the start is a setting, not a slow reader.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 8> kNeeds{"tcp.wait_receiver_window", "tcp.wait_receiver_buffer",
                                                 "tcp.zero_windows",         "tcp.smallest_window",
                                                 "tcp.largest_window",       "tcp.active",
                                                 "tcp.round_trip",           "tcp.life"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto wait = tcp.wait("tcp.wait_receiver_window");
  if (!wait) return {};
  const auto buffer = tcp.wait("tcp.wait_receiver_buffer");
  if (wait->ns == 0) {
    if (!buffer || buffer->ns == 0) return {};
    Reason reason{"the window of {largest} did not shrink while it was full", {}};
    reason.figures = {bytes_figure("largest", tcp.told("tcp.largest_window"))};
    return {tcp.ruled_out_here(std::move(reason))};
  }
  if (tcp.is_noise(*wait)) return {};
  const std::uint64_t zeros = tcp.told("tcp.zero_windows");
  Judgement j = tcp.named_for(Place::application, zeros > 0 ? Strength::by_number : Strength::by_count, {*wait});
  tcp.add_evidence(j, {"tcp.zero_windows", "tcp.smallest_window", "tcp.largest_window"});
  j.because.text = std::string("the ") + std::string(tcp.receiver()) +
                   "'s window shrank from {largest} to {smallest} and the " + std::string(tcp.sender()) +
                   " waited for it for {lost}" + longest_text(*wait) + (zeros > 0 ? "; {zeros:packet} closed it" : "");
  j.because.figures = {bytes_figure("largest", tcp.told("tcp.largest_window")),
                       bytes_figure("smallest", tcp.told("tcp.smallest_window")),
                       time_figure("lost", wait->ns),
                       time_figure("longest", wait->longest, Fold::largest),
                       {"zeros", zeros}};
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Owner of the receiving application: find what it does while its window is closed (a lock, a disk, a slow "
             "consumer behind it), and read in a thread that does nothing else.",
         .impact = "a change of the application",
         .persist = "keep the reader apart from the work in the next release",
         .undo = "run the release before"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Watch Recv-Q of the receiving socket (ss -tnm on its host): it is full before the window is closed.",
    "A larger receive buffer only moves the moment when it is full; it helps against bursts, not against a slow reader."};

}  // namespace

extern constinit const Cause cause_tcp_receiver_limited{
    .id = "tcp_receiver_limited",
    .summary = "The receiving application read too slowly: its window closed",
    .mechanism =
        "What the application does not read stays in its socket's buffer. The kernel announces the room that is left, at "
        "last none, and the sender has to wait until the application has read.",
    .look_alike =
        "tcp_window_limited: there the window is full and constant and never shrinks. tcp_half_open: there probes of the "
        "closed window get no answer.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 86,
    .runbook =
        {
            .detection =
                "The receiver's window falls below a segment or to zero, and data goes on when it opens again.",
            .isolation =
                "On the receiving host: ss -tnmi shows Recv-Q near its limit and rwnd_limited on the sender's side.",
            .mitigate = "Take load off the receiving application, or let a second instance take part of it.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
