// Analyses built by hand for the report tests: what a healthy day, a lossy line, a loss on both lines and an undecided
// one look like. The causes are local ones, so that a reworded runbook changes no expectation here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "report/analysis.hpp"

namespace wirecause::example {

inline Cause cause(std::string_view id, std::string_view summary, int path_order, Actor act) {
  Cause out;
  out.id = id;
  out.summary = summary;
  out.path_order = path_order;
  out.runbook.act = act;
  return out;
}

inline const Cause kLineLoss = cause("net_line_loss", "one line lost packets before this point", 20, Actor::network);
inline const Cause kCommonLoss = cause("net_common_loss", "both lines lost the same messages", 10, Actor::exchange);
inline const Cause kCaptureDropped = cause("capture_dropped", "the capture lost packets", 100, Actor::capture);
inline const Cause kReordering = cause("net_reordering", "packets overtook each other", 30, Actor::network);

inline FilledAction action(std::string command, When when) {
  FilledAction out;
  out.command = std::move(command);
  out.when = when;
  return out;
}

inline ArbitratedSummary sums(std::uint64_t delivered, std::uint64_t recovered, std::uint64_t lost) {
  ArbitratedSummary out;
  out.expected = delivered + lost;
  out.delivered = delivered;
  out.recovered = recovered;
  out.lost = lost;
  return out;
}

// 2024-01-02T14:30:00Z (GNU date: 1704205800) and so many nanoseconds.
inline TimeNs at(std::int64_t ns) { return TimeNs{1'704'205'800'000'000'000 + ns}; }

inline LineSummary line(std::string name, std::string group) {
  LineSummary out;
  out.name = std::move(name);
  out.source = "10.1.1.1";
  out.group = std::move(group);
  out.port = 26'477;
  out.point = "eth0";
  out.packets = 6'511;
  out.messages = 57'674;
  out.bytes = 3'000'000;
  out.first_sequence = 1;
  out.last_sequence = 57'674;
  out.expected = 57'674;
  out.messages_lost = 0;
  out.first = at(0);
  out.last = at(400'455'000'000);
  return out;
}

inline FeedSummary feed() {
  FeedSummary out;
  out.name = "ITCH";
  out.protocol = "moldudp64";
  out.session = "000008367I";
  out.lines = {line("A", "239.1.1.1"), line("B", "239.1.1.2")};
  out.arbitrated = sums(57'674, 0, 0);
  return out;
}

inline Analysis healthy() {
  Analysis out;
  out.version = "0.1.0";
  InputSummary input;
  input.file = "open.pcapng";
  input.format = "pcapng";
  input.bytes = 7'000'000;
  input.packets = 13'022;
  input.first = at(0);
  input.last = at(400'455'000'000);
  input.dropped = 0;
  out.inputs = {input};
  out.feeds = {feed()};
  out.observer.packets_seen = 13'022;
  out.observer.dropped_by_capture = 0;
  return out;
}

inline Finding loss(const Cause& cause, std::string subject) {
  Finding out;
  out.cause = &cause;
  out.severity = Severity::warning;
  out.subject_name = std::move(subject);
  out.strength = Strength::by_number;
  out.place = Place::before_this_host;
  out.first = at(118'000'000);
  out.last = at(431'000'000);
  out.episodes = 1;
  out.holes = 3;
  out.expected = 57'674;
  return out;
}

// Line A lost 120 messages in three holes, line B brought them all.
inline Analysis recovered_line_loss() {
  Analysis out = healthy();
  FeedSummary& itch = out.feeds.front();
  LineSummary& a = itch.lines[0];
  a.lost = 120;
  a.messages_lost = 120;
  a.gaps.total = 3;
  a.gaps.listed = {{10'021, 25, at(118'000'000), at(118'300'000), ClosedBy::recovered, 1'234, 0},
                   {10'100, 45, at(200'000'000), at(200'100'000), ClosedBy::recovered, 1'300, 0}};
  itch.arbitrated.recovered = 120;
  LeadSummary lead{.leader = "B", .follower = "A", .led = 40'000, .compared = 57'554, .lead = {}, .lag = {}};
  lead.lead = {40'000, 500, 90'000, {{0.5, 8'300}, {0.9, 12'000}, {0.99, 30'000}, {0.999, 70'000}}};
  itch.leads = {lead};

  Finding finding = loss(kLineLoss, "feed ITCH line A 239.1.1.1:26477");
  finding.share = 120;
  finding.recovered = 120;
  finding.because = "120 messages are missing on line A and present on line B; 4 other streams were whole meanwhile";
  finding.ruled_out = {{"capture_dropped", "the capture states 0 dropped packets"}};
  finding.mitigate = "line B carries the feed: nothing to do before the close";
  finding.ask = "Which port on the path of 239.1.1.1 dropped between 14:30:00.118 and 14:30:00.431?";
  finding.actions = {action("check the output drops of the switch ports on the path of 239.1.1.1", When::other_team)};
  finding.actions.front().verify = "wirecause analyze FILE shows lost 0 on line A over the next open";
  finding.prevent = {"alert on lost messages of each line, not only of both"};
  FindingEvidence shown;
  shown.name = "line.lost";
  shown.subject = "feed ITCH line A";
  shown.value = 120;
  shown.unit = Unit::units;
  shown.source = "wire";
  shown.from = at(0);
  shown.to = at(400'455'000'000);
  shown.frames = {0, {1'234, 1'300}, "frame.number in {1234, 1300}"};
  finding.evidence = {shown};
  out.diagnosis.findings = {finding};
  out.diagnosis.verdict = {Place::before_this_host, false, Actor::network, {Actor::network}};
  return out;
}

// Both lines lost the same 24 messages, line A 96 more that B brought; a few late packets beside.
inline Analysis critical_common_loss() {
  Analysis out = recovered_line_loss();
  FeedSummary& itch = out.feeds.front();
  itch.lines[1].lost = 24;
  itch.lines[1].late = 7;
  itch.arbitrated = sums(57'650, 96, 24);

  Finding common = loss(kCommonLoss, "feed ITCH");
  common.severity = Severity::critical;
  common.place = Place::publisher;
  common.share = 24;
  common.lost = 24;
  common.holes = 1;
  common.because = "the same 24 numbers are missing on all 2 lines";
  common.ongoing = true;
  common.actions = {action("gap-request --session 000008367I --first 10021 --count 24", When::safe_now),
                    action("restart feedhandler", When::after_close)};
  common.actions.front().undo = "none needed";
  Finding line = out.diagnosis.findings.front();
  line.share = 96;
  line.recovered = 96;
  Finding late;
  late.cause = &kReordering;
  late.subject_name = "feed ITCH line B 239.1.1.2:26477";
  late.share = 7;
  late.expected = 57'674;
  late.because = "7 messages arrived after later ones, none is missing";
  late.place = Place::before_this_host;
  out.diagnosis.findings = {common, line, late};
  out.diagnosis.verdict = {Place::publisher, true, Actor::exchange, {Actor::exchange}};
  return out;
}

// One line, 30 messages missing, and a plain pcap that does not say what it dropped.
inline Analysis undecided() {
  Analysis out = healthy();
  out.inputs.front().dropped.reset();
  out.inputs.front().format = "pcap";
  out.observer.dropped_by_capture.reset();
  FeedSummary& itch = out.feeds.front();
  itch.lines.pop_back();
  itch.lines.front().lost = 30;
  itch.arbitrated = sums(57'644, 0, 30);
  Finding line = loss(kLineLoss, "feed ITCH line A 239.1.1.1:26477");
  line.severity = Severity::critical;
  line.place = Place::cannot_tell;
  line.strength = Strength::pattern;
  line.share = 30;
  line.lost = 30;
  line.because = "30 messages are missing on the only line";
  line.undecided_with = {"capture_dropped"};
  line.would_decide = "a capture that counts its drops (dumpcap to pcapng), or one of the other line";
  Finding capture = line;
  capture.cause = &kCaptureDropped;
  capture.because = "the capture does not say whether it dropped packets";
  capture.undecided_with = {"net_line_loss"};
  out.diagnosis.findings = {line, capture};
  out.diagnosis.verdict = {Place::cannot_tell, false, Actor::network, {Actor::network, Actor::capture}};
  return out;
}

}  // namespace wirecause::example
