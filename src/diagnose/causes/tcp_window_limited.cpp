// Cause: the receiver's window is too small for the path: throughput is window by round trip, whatever the line carries.
//
// Mechanism    No window scaling (at most 64 KiB), SO_RCVBUF set by the application (which ends the kernel's own growth,
//              SOCK_RCVBUF_LOCK), or tcp_rmem's maximum below the bandwidth-delay product.
// On the wire  Bytes in flight equal the announced window all the time; the window stands still; each acknowledgement
//              lets as much out as it takes in.
// Looks like   tcp_receiver_limited: there the window shrinks. tcp_sender_idle: there bytes in flight are well below it.
// Careful      A window is scaled only where both ends offer it: one end without it takes it from both.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 9> kNeeds{"tcp.wait_receiver_buffer",
                                                 "tcp.wait_receiver_window",
                                                 "tcp.largest_window",
                                                 "tcp.smallest_window",
                                                 "tcp.window_scaling",
                                                 "tcp.receiver_scales",
                                                 "tcp.active",
                                                 "tcp.round_trip",
                                                 "tcp.life"};

constexpr std::uint64_t kOften = 4;  // a quarter of the time that the sender was at work

// Why the window is no larger, as far as the handshake says.
std::string why_small(const TcpCase& tcp) {
  const auto scaling = tcp.count("tcp.window_scaling");
  if (!scaling || *scaling != 0) return {};
  const auto receiver = tcp.count("tcp.receiver_scales");
  if (!receiver) return {};
  return *receiver == 0 ? "; the " + std::string(tcp.receiver()) + " offers no window scaling"
                        : "; the " + std::string(tcp.sender()) + " offers no window scaling, so that none is used";
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto wait = tcp.wait("tcp.wait_receiver_buffer");
  if (!wait) return {};
  const auto shrunk = tcp.wait("tcp.wait_receiver_window");
  if (wait->ns == 0) {
    if (!shrunk || shrunk->ns == 0) return {};
    Reason reason{"the window did not stand still: it shrank to {smallest}", {}};
    reason.figures = {bytes_figure("smallest", tcp.told("tcp.smallest_window"))};
    return {tcp.ruled_out_here(std::move(reason))};
  }
  if (tcp.is_noise(*wait)) return {};
  Judgement j = tcp.named_for(Place::end_host, Strength::by_count, {*wait});
  // Now and then full is what a window is for.
  if (capped_product(kOften, wait->ns) < tcp.told("tcp.active")) j.severity = Severity::info;
  tcp.add_evidence(j, {"tcp.largest_window", "tcp.smallest_window", "tcp.window_scaling", "tcp.receiver_scales"});
  j.because.text = "the " + std::string(tcp.receiver()) + "'s window of {window} was full and never larger: the " +
                   std::string(tcp.sender()) + " waited for it for {lost}" + longest_text(*wait) + why_small(tcp);
  j.because.figures = {bytes_figure("window", tcp.told("tcp.largest_window")), time_figure("lost", wait->ns),
                       time_figure("longest", wait->longest, Fold::largest)};
  return {j};
}

constexpr std::array<Action, 3> kFix{
    for_others(
        {.command =
             "Owner of the receiving application: set no SO_RCVBUF (the kernel then sizes the buffer by itself), or one of twice "
             "the rate by the round trip.",
         .impact = "memory of the receiving host, only as much as is in flight",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "in the configuration of the application",
         .undo = "set SO_RCVBUF as it was"}),
    for_others(
        {.command =
             "Owner of the receiving host: sysctl net.ipv4.tcp_window_scaling must be 1, and the third number of "
             "net.ipv4.tcp_rmem at least twice the rate by the round trip; note what they are before.",
         .impact = "memory of the receiving host",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "a file in /etc/sysctl.d",
         .undo = "sysctl -w with the values that were noted"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Size windows by the longest way: rate by round trip; test a transfer over it before it is needed.",
    "Let no appliance on the way take options out of the handshake (tcp_options_missing tells)."};

}  // namespace

extern constinit const Cause cause_tcp_window_limited{
    .id = "tcp_window_limited",
    .summary = "The receive window is too small for this path",
    .mechanism =
        "The receiver announces a window that never grows: no scaling was agreed on, or its buffer is set small. At most one "
        "window travels a round trip, however fast the line is.",
    .look_alike =
        "tcp_receiver_limited: there the window shrinks because the application does not read. tcp_sender_idle: there less "
        "than the window is under way.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 80,
    .runbook =
        {
            .detection =
                "The announced window is full again and again, stands still, and each acknowledgement lets new data out.",
            .isolation =
                "Compare the window with rate by round trip; look at window scale in SYN and SYN-ACK, and at SO_RCVBUF "
                "(ss -tnmi, rb) on the receiving host.",
            .mitigate = "Use several connections for one transfer until the window is larger.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
