// SPDX-License-Identifier: Apache-2.0
#include "report/advice_table.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::string_view kDoctor = "wirecause doctor says what each takes and how to get it";

constexpr std::array kAdvice{
    Advice{Limit::no_packets, "no_packets", "", "no packet was read",
           "check that the file is the capture that was meant", "no packet came",
           "check the interface (ip -s link) and --filter; --join joins a group that nobody here has"},
    Advice{Limit::window_empty, "window_empty", "packet", "read, no packet in the window of --from and --to",
           "give a window within the times of the capture (capinfos FILE); a time of day is UTC"},
    Advice{Limit::options_unmatched, "options_unmatched", "option", "matched nothing",
           "compare the options with the streams that were seen (--details lists those of no known framing)"},
    Advice{Limit::headers_cut, "headers_cut", "packet", "captured too short to recognise a feed",
           "capture whole packets (tcpdump -s 0, dumpcap without -s)"},
    Advice{Limit::capture_dropped, "capture_dropped", "packet", "dropped by the capture itself",
           "capture with a larger buffer (dumpcap -B 256); wirecause explain capture_dropped",
           "dropped by this tool's own tap",
           "a larger --ring, a narrower --filter, or a core of its own for this tool (--cpu)"},
    Advice{Limit::own_socket_dropped, "own_socket_dropped", "datagram", "dropped at this tool's own socket (--join)",
           "a larger --rcvbuf (net.core.rmem_max caps it), or a core of its own for this tool (--cpu)"},
    Advice{Limit::loss_unobserved, "loss_unobserved", "evidence source", "missing, so that a loss may go unnoticed",
           kDoctor},
    Advice{Limit::consumers_unseen, "consumers_unseen", "consumer", "of a kernel bypass, invisible here",
           "ask the bypass itself: onload_stackdump lots, vma_stats, the counters of the DPDK application"},
    Advice{Limit::drops_unlisted, "drops_unlisted", "dropped packet",
           "of this host counted by reason only: too many different flows",
           "end what floods this host with flows (--details names the reasons), then watch again"},
    Advice{Limit::units_unexplained, "units_unexplained", "consumer", "whose sum does not meet",
           "compare socket_drops with socket_events of --json and watch again; the difference is never spread"},
    Advice{Limit::drops_unnamed, "drops_unnamed", "consumer", "that lost units on this host without a named cause",
           "watch as root and without --no-bpf; wirecause doctor says what is missing"},
    Advice{Limit::input_cut, "input_cut", "input", "cut inside a record: read to the last whole packet",
           "stop the capture before copying its file, or copy it again"},
    Advice{Limit::records_damaged, "records_damaged", "record", "damaged and skipped",
           "copy the file again, compare checksums"},
    Advice{Limit::evicted, "evicted", "tracked item", "(streams or holes) given up because a bounded table was full",
           "analyse fewer streams or a shorter time at once (--from, --to)", "",
           "watch fewer streams at once (--filter, one IFACE)"},
    Advice{Limit::suppressed, "suppressed", "evidence record", "not kept because a bounded list was full",
           "analyse a shorter time at once (--from, --to)", "", "watch fewer streams, or for a shorter --duration"},
    Advice{Limit::latency_negative, "latency_negative", "message",
           "captured before the send time, by more than --clock-error: left out of the latency",
           "give the real bound (the offsets of ptp4l and phc2sys on both sides), or leave --clock-error out"},
    Advice{Limit::packets_truncated, "packets_truncated", "packet", "captured shorter than on the wire",
           "capture whole packets (tcpdump -s 0, dumpcap without -s)", "",
           "let the publisher send datagrams that fit the MTU"},
    Advice{Limit::fragments, "fragments", "IP fragment", "not reassembled",
           "let the publisher send datagrams that fit the MTU"},
    Advice{Limit::datagrams_malformed, "datagrams_malformed", "datagram",
           "of a feed in contradiction to its framing: what they brought counts as missing",
           "look at them in Wireshark: damaged on the way, or of another kind than the feed"},
    Advice{Limit::packets_undecoded, "packets_undecoded", "packet", "of a kind that is not followed",
           "see inputs[].undecoded of --json"},
    Advice{Limit::streams_unrecognised, "streams_unrecognised", "stream", "of no known framing",
           "name it with --framing (wirecause list protocols); 'generic:' describes one of your own"},
    Advice{Limit::feeds_too_small, "feeds_too_small", "feed",
           "of fewer than 16 packets on every line: counted, not judged", "capture for longer", "", "watch for longer"},
    Advice{Limit::messages_uncounted, "messages_uncounted", "feed",
           "whose framing numbers packets: how many messages a lost packet held is unknown",
           "count messages of the other line"},
    Advice{Limit::latency_relative, "latency_relative", "feed",
           "whose send and capture clocks are not tied: latency above its own floor",
           "capture with hardware time stamps of a PTP-disciplined clock"},
    Advice{Limit::drop_records_lost, "drop_records_lost", "drop", "counted, but not told one by one: numbers unknown",
           "the counts are exact all the same; what they explain is said to be by count"},
    Advice{Limit::evidence_missing, "evidence_missing", "evidence source", "missing, so that less is claimed", kDoctor},
    Advice{Limit::reads_unknown, "reads_unknown", "consumer", "whose reads were not measured: its sum stays open",
           "watch as root and without --no-bpf; where others send to the same group and port nobody can tell"},
    Advice{Limit::owners_unknown, "owners_unknown", "socket", "whose process was not found",
           "watch as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; a process that has ended is not found"},
    Advice{Limit::collectors_slowed, "collectors_slowed", "collector", "took too long and is asked every 10 s only",
           "nothing: this keeps the tool from being the fault; its values are older"},
    Advice{Limit::capture_drops_unknown, "capture_drops_unknown", "input",
           "without a count of what the capture dropped", "capture to pcapng with dumpcap, which records its drops"},
};

constexpr std::array<Limit, kAdvice.size()> limits_in_order() {
  std::array<Limit, kAdvice.size()> limits{};
  for (std::size_t i = 0; i < limits.size(); ++i) limits[i] = static_cast<Limit>(i);
  return limits;
}

constexpr bool stands_in_order() {
  for (std::size_t i = 0; i < kAdvice.size(); ++i) {
    if (kAdvice[i].limit != static_cast<Limit>(i)) return false;
  }
  return true;
}
static_assert(stands_in_order(), "one row for each limit, in the order of the enum");

constexpr std::array kLimits = limits_in_order();

}  // namespace

const Advice& advice_for(Limit limit) { return kAdvice[static_cast<std::size_t>(limit)]; }

std::span<const Limit> all_limits() { return kLimits; }

}  // namespace wirecause
