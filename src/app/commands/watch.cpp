// wirecause watch: what is going wrong now, on live packets and with this host's own evidence.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/watch.hpp"

#include <unistd.h>

#include <algorithm>

#include "app/command.hpp"
#include "app/feed_options.hpp"
#include "app/live_output.hpp"
#include "app/outcome.hpp"
#include "app/stop_signals.hpp"
#include "app/watch_options.hpp"

namespace wirecause {
namespace {

constexpr Positional kPositionals[] = {{.name = "IFACE",
                                        .brief = "interface that the feeds arrive on (ip link shows them)",
                                        .required = false,  // --join alone is enough
                                        .repeatable = true}};

constexpr Option kOptions[] = {
    {.name = "--duration",
     .value = "TIME",
     .brief = "end after TIME (30s, 10min, 6h); without it Ctrl-C ends the run",
     .help = "Ctrl-C (SIGINT) and SIGTERM end the run with its report; a second one ends it at once."},
    {.name = "--until-finding", .value = "", .brief = "end with the report at the first finding that --fail-on counts"},
    {.name = "--join",
     .value = "GROUP:PORT[@IFACE]",
     .brief = "receive as an application would, where none has joined",
     .help =
         "Joins the group and reads it. This may bring back a group that nobody else here has joined, and so hide the "
         "fault that is looked for; what this socket loses is this tool's loss and nobody's finding.",
     .repeatable = true},
    {.name = "--netns", .value = "NAME", .brief = "watch inside this network namespace (ip netns), or a path of one"},
    {.name = "--filter",
     .value = "EXPR",
     .brief = "take only these packets, in tcpdump's language",
     .help = "Without it: multicast UDP, UDP to ports that are bound here, IGMP and MLD, ARP and NDP, ICMP. The kernel "
             "applies it; the host's own transmissions are never taken."},
    kFramingOption,
    kPairOption,
    kRecoveryOption,
    {.name = "--json", .value = "", .brief = "JSON Lines: start, symptoms, findings, the report (docs/watch.md)"},
    {.name = "--details",
     .value = "",
     .brief = "the whole text report at the end: every consumer, finding and runbook"},
    kFailOnOption,
    {.name = "--no-bpf",
     .value = "",
     .brief = "load no program into the kernel: drops are counted, not told one by one"},
    {.name = "--cpu", .value = "N", .brief = "the analysing thread runs on CPU N"},
    {.name = "--rcvbuf",
     .value = "BYTES",
     .brief = "SO_RCVBUF of the sockets of --join (512K, 8M)",
     .help = "The kernel doubles it, and caps it at net.core.rmem_max.",
     .manual_only = true},
    {.name = "--busy-poll",
     .value = "US",
     .brief = "SO_BUSY_POLL of the sockets of --join, microseconds",
     .manual_only = true},
    {.name = "--ring",
     .value = "SIZE",
     .brief = "ring of each tap (64M); its pages are never swapped",
     .manual_only = true},
    {.name = "--clock-error",
     .value = "TIME",
     .brief = "bound between the publisher's clock and this host's",
     .help = "With it latencies are absolute; without it they are relative, above their own floor.",
     .manual_only = true},
    {.name = "--max-list",
     .value = "N",
     .brief = "items of a long list (100); totals are never cut",
     .manual_only = true},
};

constexpr Example kExamples[] = {
    {.command = "wirecause watch eth0 eth1", .says = "feeds on two interfaces, until Ctrl-C"},
    {.command = "wirecause watch eth0 --duration 60s --details", .says = "a minute, with every consumer and its sum"},
    {.command = "wirecause watch eth0 --until-finding --json | jq -c 'select(.event == \"finding\")'",
     .says = "the first finding, for a program"},
    {.command = "wirecause watch --join 239.1.1.1:26477@eth0 --rcvbuf 8M",
     .says = "a group that nobody here has joined"},
};

Result<Exit> run(const Arguments& arguments) {
  WC_TRY_ASSIGN(const WatchRequest request, watch_request(arguments));
  WC_TRY_ASSIGN(const StopSignals stop, StopSignals::watch(STDOUT_FILENO));
  LiveOutput output(request, stop);
  const WatchCallbacks callbacks{.started = [&](const LiveSummary& live) { output.started(live); },
                                 .symptom = [&](const LiveSymptom& symptom) { output.symptom(symptom); },
                                 .finding = [&](const Finding& finding) { output.finding(finding); }};
  WC_TRY_ASSIGN(AnalysisResult result, watch(request.options, callbacks, stop.descriptor()));
  const Analysis analysis = analysis_of(std::move(result));
  WC_TRY(output.report(analysis));
  return exit_of(analysis, request.fail_on);
}

}  // namespace

extern constinit const Command command_watch{
    .id = "watch",
    .summary = "what is going wrong now: live packets joined with this host's drops",
    .description =
        "Takes live packets from interfaces, follows feeds as analyze does, and joins what it sees with the host's own "
        "evidence: drops one by one with the sequence number that was dropped, sockets, processes and counters. Each "
        "consumer, a reader of a line here, has its own sum: expected, read, queued, dropped at a named place, lost "
        "before. It speaks of each symptom and each finding once while it runs (on standard error; with --json on "
        "standard output), and ends with the report of analyze.\n\n"
        "It changes nothing on the host: no promiscuous mode, no setting, no join unless --join asks for one. It needs "
        "CAP_NET_RAW for a tap, CAP_BPF and CAP_PERFMON for drops one by one, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH to name other users' "
        "processes; what is missing is said, and so is what it costs. All are dropped before the first packet is read; a "
        "helper process keeps what naming processes takes.\n\n"
        "Exit: 0 nothing wrong and everything needed was seen, 1 a finding at or above --fail-on, 2 usage, or nothing "
        "that could be watched, 3 nothing found but something was missing (own drops, a consumer of a kernel bypass, "
        "evidence without which a loss goes unnoticed).",
    .positionals = kPositionals,
    .options = kOptions,
    .examples = kExamples,
    .run = &run,
};

}  // namespace wirecause
