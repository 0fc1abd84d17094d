// Cause: one end broke the connection off with a reset of its own.
//
// Mechanism    close() with unread data in the socket, SO_LINGER of zero, or the end of a process: tcp_close() sends RST
//              instead of FIN (net/ipv4/tcp.c). What was under way to that end is thrown away.
// On the wire  RST with the TTL of that end's other packets, and nothing new from it afterwards.
// Looks like   tcp_reset_by_middlebox: another TTL, or the end goes on as if nothing had been. tcp_half_open: a host
//              that had lost the connection answers so.
// Careful      Many applications end healthy connections with a reset: without anything under way it is only told.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_reset.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 10> kNeeds{
    "tcp.reset_unacknowledged",  "tcp.reset_ttl",     "tcp.ttl_least",  "tcp.ttl_most",
    "tcp.ttl_packets",           "tcp.reset_went_on", "tcp.reset_bare", "tcp.reset_tries",
    "tcp.reset_fin_by_resetter", "tcp.reset_silence"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_abort()) return {};
  const TcpReset reset(tcp);
  const auto unacknowledged = tcp.count("tcp.reset_unacknowledged");
  if (!reset.is_known() || !unacknowledged) return {};
  if (reset.is_foreign()) {
    return {tcp.ruled_out_here({reset.went_on() > 0 ? "that end went on as if it had sent no reset"
                                                    : "the reset did not come from as far as that end's packets",
                                {}})};
  }
  if (reset.is_of_unknown_connection() && reset.tries() > 0) {
    return {
        tcp.ruled_out_here({"that end did not answer for long, and then as a host that knows no such connection", {}})};
  }
  // What comes for an end that has closed is answered so: it wanted nothing more.
  const bool breaks_off = *unacknowledged > 0 && !reset.had_closed();
  Judgement j = tcp.named_here(Place::application, breaks_off ? Severity::warning : Severity::info, Strength::by_count);
  tcp.add_evidence(j, {"tcp.reset_unacknowledged", "tcp.reset_ttl", "tcp.ttl_least", "tcp.ttl_most", "tcp.ttl_packets",
                       "tcp.reset_bare"});
  j.because.text = "the " + std::string(tcp.sender()) + " reset the connection";
  j.because.text +=
      *unacknowledged > 0 ? " while {bytes} to it were not acknowledged" : ", with nothing under way to it";
  if (reset.had_closed()) j.because.text += "; it had closed its own direction before";
  if (reset.is_of_unknown_connection()) j.because.text += "; its host knew no such connection any more";
  j.because.figures = {bytes_figure("bytes", *unacknowledged, Fold::sum),
                       {"ttl", tcp.told("tcp.reset_ttl"), Fold::largest}};
  if (reset.hops() == TtlEvidence::same) {
    j.because.text += "; the reset came with a TTL of its other packets ({ttl})";
    return {j};
  }
  j.strength = Strength::pattern;
  j.undecided_with = {"tcp_reset_by_middlebox"};
  j.missing = "whether that end sent it: capture beside it, or compare TTLs over more packets";
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Owner of the application that reset: read what is in the socket before close(), shut down with FIN first, and look "
             "into its log for what it did at that moment.",
         .impact = "a change of the application",
         .persist = "in its next release",
         .undo = "run the release before"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Let the application log why it closes a connection; a reset says only that it did."};

}  // namespace

extern constinit const Cause cause_tcp_reset_by_peer{
    .id = "tcp_reset_by_peer",
    .summary = "One end broke the connection off with a reset",
    .mechanism =
        "The application closed its socket with data unread, with SO_LINGER of zero, or ended. Its kernel sends a reset "
        "instead of a FIN, and what was under way to it is thrown away.",
    .look_alike =
        "tcp_reset_by_middlebox: there the reset has another TTL, or the end goes on. tcp_half_open: there a host that "
        "had lost the connection answers repetitions with it.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 88,
    .runbook =
        {
            .detection = "A reset with the TTL of that end's other packets, on an open connection.",
            .isolation =
                "The log of the application that reset, at the time of the reset; on its host nstat -az TcpExtTCPAbortOnClose "
                "TcpExtTCPAbortOnData.",
            .mitigate = "Connect again; send again what was not acknowledged.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
