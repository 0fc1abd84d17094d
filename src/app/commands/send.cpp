// wirecause send: makes a capture of market-data feeds with known faults, and a truth file that says what a reader
// should find. Shares no code with the decoders (src/generate).
// SPDX-License-Identifier: Apache-2.0
#include "app/command.hpp"
#include "app/output.hpp"
#include "app/send_plan.hpp"
#include "generate/framing_writer.hpp"
#include "generate/make_feeds.hpp"

namespace wirecause {
namespace {

std::vector<std::string_view> framings() {
  std::vector<std::string_view> ids;
  for (const FramingWriter* writer : all_framing_writers()) ids.push_back(writer->id);
  return ids;
}

constexpr std::string_view kFormats[] = {"pcapng", "pcap", "pcap-ns"};
constexpr std::string_view kRetransmit[] = {"channel", "in-band"};
constexpr std::string_view kInterfaces[] = {"1", "2"};

constexpr Option kOptions[] = {
    {.name = "--to", .value = "FILE", .brief = "the capture to write; - is standard output"},
    {.name = "--truth", .value = "FILE", .brief = "what a reader should find, as JSON; - is standard output"},
    {.name = "--demo", .value = "", .brief = "a two-line MoldUDP64 feed with one fault of each common kind"},
    {.name = "--framing", .value = "ID", .brief = "protocol of the feeds (moldudp64)", .values = &framings},
    {.name = "--feeds", .value = "N", .brief = "independent feeds, a channel each (1)"},
    {.name = "--lines", .value = "LIST", .brief = "lines of each feed, as A,B,C (A,B)"},
    {.name = "--packets", .value = "N", .brief = "data packets of each feed (1000)"},
    {.name = "--messages-per-packet",
     .value = "RANGE",
     .brief = "messages in a data packet, as 1-8 (1)",
     .manual_only = true},
    {.name = "--rate", .value = "N", .brief = "data packets a second of each feed (100000)"},
    {.name = "--interval",
     .value = "TIME",
     .brief = "mean time between data packets, in place of --rate (10us)",
     .help = "Times have a unit: 250ns, 5us, 1.5ms, 2s.",
     .manual_only = true},
    {.name = "--jitter", .value = "TIME", .brief = "added to each interval: 0 to this", .manual_only = true},
    {.name = "--burst",
     .value = "SPEC",
     .brief = "packets come in bursts: PACKETS[,gap=TIME]",
     .help = "The mean rate stays: between bursts there is silence. The gap inside a burst is 500ns.",
     .manual_only = true},
    {.name = "--skew", .value = "TIME", .brief = "each line lags the one before it by this (5us)", .manual_only = true},
    {.name = "--skew-jitter",
     .value = "TIME",
     .brief = "and by 0 to this, drawn for each packet; never reorders",
     .manual_only = true},
    {.name = "--seed", .value = "N", .brief = "of contents, jitter and random faults (1)"},
    {.name = "--format", .value = "FORMAT", .brief = "of the capture (pcapng)", .choices = kFormats},
    {.name = "--start-time",
     .value = "TIME",
     .brief = "of the first packet: 2026-01-05T14:30:00Z or seconds since the epoch",
     .manual_only = true},
    {.name = "--start-sequence", .value = "N", .brief = "first number, to see it wrap", .manual_only = true},
    {.name = "--heartbeat-interval",
     .value = "TIME",
     .brief = "silence after which a heartbeat is sent; 0 for none (the framing's own)",
     .manual_only = true},
    {.name = "--closing-heartbeats", .value = "N", .brief = "heartbeats after the last data (0)", .manual_only = true},
    {.name = "--end-of-session", .value = "", .brief = "end with the framing's own mark", .manual_only = true},
    {.name = "--idle",
     .value = "SPEC",
     .brief = "nothing to send for a while, with heartbeats: PACKETS,for=TIME",
     .repeatable = true,
     .manual_only = true},

    {.name = "--lose",
     .value = "LINE:PATTERN",
     .brief = "lose packets of a line, as A:random=0.01",
     .help =
         "LINE is A to D, 2.A for feed 2 only, or * for every line. PATTERN is one of seq=100-120+130 (wire numbers, "
         "session=N for a later session), packets=5-9 (data packets of the feed, from 1), time=1ms-2ms (since the "
         "start), every=50, random=0.01, burst=0.001x20 (a burst of 20 begins with that probability).\n"
         "\n"
         "The last three keep off the ends of the capture and restarts: see --fault-margin.",
     .repeatable = true},
    {.name = "--lose-both", .value = "PATTERN", .brief = "lose the same packets on all lines", .repeatable = true},
    {.name = "--reorder",
     .value = "LINE:PATTERN",
     .brief = "let packets be overtaken, as A:every=20,by=2",
     .help = "By the next packet, by the next by=N packets of the line, or by those of the next delay=TIME.",
     .repeatable = true},
    {.name = "--duplicate",
     .value = "LINE:PATTERN",
     .brief = "repeat packets, as B:random=0.001",
     .help = "After delay=TIME (1us); copies=N times (1).",
     .repeatable = true},
    {.name = "--late",
     .value = "LINE:PATTERN",
     .brief = "delay packets far beyond the reorder window",
     .help = "By delay=TIME (50ms).",
     .repeatable = true},
    {.name = "--outage",
     .value = "LINE:PATTERN",
     .brief = "a line brings nothing, heartbeats neither, as A:time=1s-3s",
     .repeatable = true},
    {.name = "--tail-loss",
     .value = "LINE:N",
     .brief = "lose the last N packets of a line; N,revealed by a heartbeat",
     .repeatable = true},
    {.name = "--restart", .value = "N", .brief = "the publisher restarts after N data packets", .repeatable = true},
    {.name = "--restart-pause",
     .value = "TIME",
     .brief = "silence of a restart; at least until nothing is under way (10ms)",
     .manual_only = true},
    {.name = "--stall",
     .value = "SPEC",
     .brief = "the publisher is silent: N,for=TIME[,queued]",
     .help =
         "After N data packets. Nothing is made in that time, as send times show; queued: packets are made on time and "
         "leave after it.",
     .repeatable = true},
    {.name = "--retransmit",
     .value = "HOW",
     .brief = "send again what all lines lost",
     .help =
         "channel: on a group and port of its own. in-band: on the lines, where the framing marks it (siac_cta, opra).",
     .choices = kRetransmit,
     .manual_only = true},
    {.name = "--retransmit-delay", .value = "TIME", .brief = "after the original (20ms)", .manual_only = true},
    {.name = "--fault-margin",
     .value = "N",
     .brief = "data packets at the ends without random faults (80)",
     .help = "A hole beside the capture's edge or a restart cannot be told from the edge; 0 allows it.",
     .manual_only = true},

    {.name = "--vlan", .value = "ID", .brief = "802.1Q tag", .manual_only = true},
    {.name = "--ipv6", .value = "", .brief = "IPv6 in place of IPv4", .manual_only = true},
    {.name = "--interfaces",
     .value = "N",
     .brief = "pcapng interfaces (1)",
     .help = "2: line B and D come in on the second one; with --capture-two-points it is the second point.",
     .choices = kInterfaces,
     .manual_only = true},
    {.name = "--snaplen", .value = "BYTES", .brief = "cut packets to this", .manual_only = true},
    {.name = "--bad-checksums",
     .value = "",
     .brief = "UDP checksums not filled in, as on a sending host with offload",
     .manual_only = true},
    {.name = "--capture-drops",
     .value = "N",
     .brief = "the capture loses N packets in a row, of all lines together",
     .help = "In the middle; pcapng states them in isb_ifdrop.",
     .manual_only = true},
    {.name = "--hide-capture-drops", .value = "", .brief = "and does not state them", .manual_only = true},
    {.name = "--capture-duplicate",
     .value = "TIME",
     .brief = "the capture holds every packet twice, this far apart",
     .manual_only = true},
    {.name = "--capture-two-points",
     .value = "TIME",
     .brief = "and every packet again from behind a router, this much later",
     .manual_only = true},
    {.name = "--clock-back",
     .value = "TIME",
     .brief = "the capture's clock steps back by this in the middle",
     .manual_only = true},
};

constexpr Example kExamples[] = {
    {.command = "wirecause send --to demo.pcapng --truth demo.json --demo", .says = "the feed of ./dev demo"},
    {.command =
         "wirecause send --to a.pcapng --framing iex_tp --packets 100000 --lose A:random=0.001 --lose B:every=777",
     .says = "independent loss on both lines, almost all recovered by the other"},
    {.command = "wirecause send --to - --lose-both packets=500-510 | wirecause analyze -",
     .says = "a loss that no line can make good, straight into the analysis"},
};

Result<void> write_truth(const generate::Truth& truth, const std::string& path) {
  const std::string json = generate::truth_json(truth);
  if (path == "-") return print(json);
  WC_TRY_ASSIGN(auto file, generate::FileSink::open(path));
  WC_TRY(file->write(std::as_bytes(std::span(json))));
  return file->close();
}

Result<Exit> run(const Arguments& arguments) {
  const auto to = arguments.value("--to");
  const auto truth_to = arguments.value("--truth");
  if (!to) return fail(Errc::usage, "send: where to? say --to FILE");
  if (truth_to && *truth_to == *to) return fail(Errc::usage, "send: --to and --truth are the same file");
  WC_TRY_ASSIGN(const SendPlan plan, send_plan(arguments));
  WC_TRY(generate::check_plan(plan.feeds, plan.capture));
  WC_TRY_ASSIGN(const auto file, generate::FileSink::open(*to));
  WC_TRY_ASSIGN(const generate::Truth truth, generate::make_feeds(plan.feeds, plan.capture, *file));
  if (truth_to) WC_TRY(write_truth(truth, *truth_to));
  return Exit::nothing_wrong;
}

}  // namespace

extern constinit const Command command_send{
    .id = "send",
    .summary = "make a capture of feeds with known faults, and the truth about it",
    .description =
        "Writes a capture as if one or more redundant market-data feeds had been received, with the faults that the "
        "options ask for, and a truth file that says what a reader of the capture should find. The same options and "
        "seed give the same bytes. Nothing is sent on a network.\n"
        "\n"
        "docs/send.md describes the patterns and the truth file.",
    .positionals = {},
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
