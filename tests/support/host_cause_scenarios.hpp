// Causes on this host's receive path: what a live run states of host, interface and tap, and for each cause the evidence
// on which it is named.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "support/drop_scenarios.hpp"
#include "support/scenario.hpp"

namespace wirecause::testing {

inline constexpr std::string_view kNoReason;  // only a counter shows the drop
inline constexpr std::string_view kNotSpecified = "SKB_DROP_REASON_NOT_SPECIFIED";
inline constexpr std::string_view kNetfilterDrop = "SKB_DROP_REASON_NETFILTER_DROP";

// 25 datagrams of one unit each that nobody else brought.
inline DropEpisodeBuilder drops_25(Checkpoint place, std::string_view reason, Subject subject = kConsumer) {
  return DropEpisodeBuilder(place, std::string(reason), subject).lost(25);
}

// The consumer's facts and this host's settings as a distribution has them.
inline EvidenceBuilder this_host() {
  return consumer_facts()
      .value("net.ipv4.conf.rp_filter", kInterfaceOfConsumer, 1)
      .value("rp_filter.effective", kInterfaceOfConsumer, 1)
      .value("net.core.netdev_max_backlog", kHostOfConsumer, 1'000)
      .value("net.netfilter.nf_conntrack_max", kHostOfConsumer, 262'144);
}

inline EvidenceBuilder joined(EvidenceBuilder evidence) {
  return evidence.value("consumer.is_member", kConsumer, 1)
      .value("consumer.host_membership", kConsumer, 1)
      .value("consumer.memberships", kConsumer, 1, "239.1.1.1@eth1")
      .value("consumer.multicast_all", kConsumer, 1);
}

// A point that is tapped live on eth1.
inline EvidenceBuilder live_point() {
  return EvidenceBuilder{}
      .point()
      .value("point.live", kPoint, 1)
      .text("point.interface", kPoint, "eth1")
      .value("line.point", kLineA, 0)
      .value("line.point", kLineB, 0)
      .text("line.group", kLineA, "239.1.1.1")
      .text("line.port", kLineA, "26477")
      .text("line.source", kLineA, "10.0.0.1")
      .text("feed.name", kFeed, "ITCH-X")
      .value("net.core.netdev_max_backlog", kHostOfConsumer, 1'000);
}

// ... and everything between the wire and the tap is known to have dropped nothing.
inline EvidenceBuilder whole_adapter() {
  return live_point()
      .dropped(0)
      .value("nic.counters_complete", kPoint, 1, "ixgbe")
      .measured("nic.drops", 0, {}, 0, kPoint)
      .measured("nic.pause_sent", 0, {}, 0, kPoint)
      .measured("softnet_stat.dropped", 0, {}, 0, {SubjectKind::cpu, 0});
}

// Line A lacks 25 units that line B brought, in a hole of 10 ms.
inline EpisodeBuilder a_lacks_25_live() {
  return EpisodeBuilder(Symptom::loss)
      .missing(kLineA, "A", 25, 0)
      .hole(kLineA, 1'000, 25, milliseconds(1'000), milliseconds(1'010));
}

// The consumer has waited 5 s without a packet.
inline Episode absence() { return EpisodeBuilder(Symptom::absence, kConsumer).packets(0).build(); }

inline EvidenceBuilder waiting() { return this_host().measured("absence.waited", 5'000'000'000); }

// The carrier of eth1 was gone for 5 ms inside that hole.
inline EvidenceBuilder without_carrier() { return live_point().measured("link.down", 5'000'000, "eth1", 0, kPoint); }

// All stages over one episode.
inline Diagnosis diagnosis_of(const EvidenceBuilder& evidence, const Episode& episode) {
  return diagnose(evidence.build(), std::vector{evidence.attached(episode)});
}

inline std::vector<Scenario> host_scenarios() {
  return {
      {"kernel_rp_filter", joined(this_host()).measured("TcpExt.IPReversePathFilter", 25, {}, 0, kHostOfConsumer),
       drops_25(Checkpoint::ip, kNoReason).by_count("counters only").build(), "TcpExt.IPReversePathFilter"},
      {"kernel_firewall", joined(this_host()).measured("nf_conntrack.drop", 0, {}, 0, kHostOfConsumer),
       drops_25(Checkpoint::netfilter, kNetfilterDrop).build(), "nf_conntrack.drop"},
      {"kernel_conntrack_full", joined(this_host()).measured("nf_conntrack.drop", 25, {}, 0, kHostOfConsumer),
       drops_25(Checkpoint::netfilter, kNetfilterDrop).build(), "nf_conntrack.drop"},
      {"kernel_bpf_drop", live_point().measured("drop.before_tap", 25, "SKB_DROP_REASON_XDP", 0, kLineA),
       a_lacks_25_live().build(), "drop.before_tap"},
      {"kernel_backlog_overflow",
       live_point().measured("drop.before_tap", 25, "SKB_DROP_REASON_CPU_BACKLOG", 0, kLineA),
       a_lacks_25_live().build(), "drop.before_tap"},
      {"kernel_checksum",
       joined(this_host())
           .measured("Udp.InCsumErrors", 25, {}, 0, kHostOfConsumer)
           .point()
           .value("capture.checksum_hosts_some_bad", kPoint, 1, "10.0.0.1"),
       drops_25(Checkpoint::udp, kNoReason).by_count("counters only").build(), "Udp.InCsumErrors"},
      {"kernel_no_membership", this_host().value("consumer.is_member", kConsumer, 0),
       drops_25(Checkpoint::ip, kNotSpecified).build(), "consumer.is_member"},
      {"kernel_no_listener",
       this_host().text("line.group", kLineA, "10.0.0.9").measured("Udp.NoPorts", 25, {}, 0, kHostOfConsumer),
       drops_25(Checkpoint::udp, kNoReason, kLineA).by_count("counters only").build(), "Udp.NoPorts"},
      {"link_flap", without_carrier(), a_lacks_25_live().build(), "link.down"},
  };
}

}  // namespace wirecause::testing
