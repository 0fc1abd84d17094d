// wirecause analyze: what went wrong in these captures.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/analyze_options.hpp"
#include "app/command.hpp"
#include "app/connection_report.hpp"
#include "app/feed_options.hpp"
#include "app/outcome.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "engine/analyze.hpp"
#include "report/format.hpp"

namespace wirecause {
namespace {

constexpr Positional kPositionals[] = {{.name = "FILE",
                                        .brief = "pcap or pcapng, plain, .gz or .zst; - is standard input",
                                        .required = false,  // --point names files too
                                        .repeatable = true}};

constexpr Option kOptions[] = {
    {.name = "--json", .value = "", .brief = "the whole result as JSON, schema wirecause.analysis/1 (docs/json.md)"},
    {.name = "--details",
     .value = "",
     .brief = "the whole text report: bursts, latencies, gaps, every finding's runbook"},
    {.name = "--from",
     .value = "TIME",
     .brief = "leave out packets stamped before TIME",
     .help = "TIME is 2026-01-05T14:30:00.118Z, the same with an offset (+01:00), 14:30:00 (UTC, on the day of "
             "the first packet), or seconds since the epoch with up to nine decimals."},
    {.name = "--to",
     .value = "TIME",
     .brief = "leave out packets stamped after TIME",
     .help = "A time of day before that of --from, or long before the first packet (12 h), is on the next day."},
    {.name = "--connection",
     .value = "N",
     .brief = "one TCP connection, packet by packet, each with its reason",
     .help =
         "N is the number that the table of connections and `tcp` of --json give it. Between the packets stand the longest "
         "waits and what each waited for. Of a connection of more than 60 packets those around what happened are shown; "
         "--details shows all, --json too (wirecause.connection/1). Takes the place of the report; the exit code is the "
         "same."},
    {.name = "--plot",
     .value = "FILE",
     .brief = "with --connection: its time-sequence graph, as SVG",
     .help = "FILE is new: what is there is not written over."},
    {.name = "--payload",
     .value = "SIDE=FILE",
     .brief = "with --connection: what client or server sent, byte by byte",
     .help =
         "SIDE is client or server; FILE is new, or - for standard output, where it takes the place of the ladder. Every "
         "byte stands at its place in the stream, repetitions left out: where packets overlap, what was captured first "
         "counts. Zeros stand for what was not captured, and standard error says where.",
     .repeatable = true},
    kFramingOption,
    kPairOption,
    kRecoveryOption,
    {.name = "--point",
     .value = "NAME=FILE",
     .brief = "name where FILE was captured",
     .help =
         "FILE is read, also where it is named here alone. Files with one name are one point. Without names, files that follow one another in time are one point, and "
         "files that overlap are different points.",
     .repeatable = true},
    {.name = "--same-point",
     .value = "",
     .brief = "files that overlap in time were captured at one point all the same"},
    {.name = "--clock-error",
     .value = "TIME",
     .brief = "bound between the publisher's clock and the capture's",
     .help = "With it latencies are absolute; without it they are relative, above their own floor."},
    {.name = "--max-list", .value = "N", .brief = "items of a long list (100); totals are never cut"},
    kFailOnOption,
    {.name = "--threads", .value = "N", .brief = "threads that track feeds and connections, with the one that reads"},
    {.name = "--batch",
     .value = "N",
     .brief = "packets handed over at once (1024); the result is the same",
     .manual_only = true},
};

constexpr Example kExamples[] = {
    {.command = "wirecause analyze feed.pcapng", .says = "what went wrong, the worst first"},
    {.command = "wirecause analyze --from 14:30:00 --to 14:31:00 day.pcap.zst", .says = "one minute of a day"},
    {.command = "wirecause analyze --framing generic:seq=0/u32be@239.1.1.1:5000 own.pcap",
     .says = "a feed of your own"},
    {.command = "wirecause analyze --connection 3 --plot c3.svg session.pcap",
     .says = "one TCP connection, and its graph"},
    {.command = "wirecause analyze --connection 3 --payload server=answer.bin session.pcap",
     .says = "what its server sent"},
    {.command = "zcat day.pcap.gz | wirecause analyze --json - | jq .findings[0]",
     .says = "the first finding, for a program"}};

Result<Exit> run(const Arguments& arguments) {
  WC_TRY_ASSIGN(AnalyzeRequest request, analyze_request(arguments));
  WC_TRY_ASSIGN(const PayloadFiles payload, open_payload(request));
  Progress progress;
  WC_TRY_ASSIGN(AnalysisResult result, analyze(request.options, [&progress](const RunProgress& now) {
                  progress.update({now.bytes_done, now.bytes_total, now.packets});
                }));
  progress.clear();
  const Terminal terminal = stdout_terminal();
  if (request.options.connection != 0) {
    WC_TRY(report_connection(result, request, payload, std::min(terminal.width, 100)));
    return exit_of(analysis_of(std::move(result)), request.fail_on);
  }
  const Analysis analysis = analysis_of(std::move(result));
  ReportOptions shown;
  shown.colour = terminal.colour;
  shown.width = std::min(terminal.width, 100);
  shown.details = request.details;
  shown.max_list = request.options.feed.max_list;
  WC_TRY(print(request.format->render(analysis, shown)));
  for (const InputSummary& input : analysis.inputs) {
    if (input.cut) complain(fmt::format("{}: {}", input.file, *input.cut));
  }
  return exit_of(analysis, request.fail_on);
}

}  // namespace

extern constinit const Command command_analyze{
    .id = "analyze",
    .summary = "what went wrong in these captures: gaps in feeds, and their cause",
    .description =
        "Reads captures of market-data feeds, follows every sequence number on every line, arbitrates lines of one feed "
        "against each other, and names what lost the units that are missing: before the capture, on both lines, at the "
        "publisher, or by the capture itself. What the capture cannot decide is said, with what would decide.\n\n"
        "Follows every TCP connection as well: why bytes were sent again, where they were lost, and what each direction "
        "waited for.\n\n"
        "Exit: 0 nothing wrong and everything needed was seen, 1 a finding at or above --fail-on, 2 unreadable input or "
        "usage, 3 nothing found but something was missing (drops of the capture, a cut file, no packet in the window, an "
        "option that named what no packet shows).",
    .positionals = kPositionals,
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
