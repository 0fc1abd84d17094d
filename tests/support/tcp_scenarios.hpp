// TCP in words, for tests of causes: a direction that lost time, a connection that was reset, a server and who connects to
// it; each healthy until a test says what was not, and the evidence on which each cause of TCP is named.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/scenario.hpp"

namespace wirecause::testing {

inline constexpr Subject kConnection{SubjectKind::connection, 3};
inline constexpr Subject kHostPair{SubjectKind::host_pair, 0};
inline constexpr Subject kServer{SubjectKind::server, 0};

inline Episode tcp_episode(Symptom symptom, Subject subject = kConnection, bool from_client = false) {
  Episode episode = EpisodeBuilder(symptom, subject).build();
  ConnectionFacts facts;
  facts.host_pair = kHostPair;
  facts.server = kServer;
  facts.point = kPoint;
  facts.from_client = from_client;
  facts.life_ns = 10'000'000'000;
  facts.server_address = "10.0.0.2";
  facts.server_port = 443;
  episode.connection = facts;
  return episode;
}

// What the server sent.
inline Episode stall() { return tcp_episode(Symptom::stall); }
// In the server's name.
inline Episode abort_of() { return tcp_episode(Symptom::abort); }
inline Episode setup() { return tcp_episode(Symptom::setup, kServer); }

class TcpEvidence : public EvidenceBuilder {
 public:
  TcpEvidence& with(std::string_view name, std::int64_t value, std::string text = {}) {
    measured(name, value, std::move(text), 0, kConnection);
    return *this;
  }
  // Waited so often, so long in all and so long at a time.
  TcpEvidence& waited(std::string_view name, std::uint64_t times, DurationNs all, DurationNs longest) {
    measured(name, all.ns, {}, times, kConnection).during(kStart, kStart + longest);
    return *this;
  }
};

// 10 s of work at a round trip of 100 us, of which nothing was lost.
inline TcpEvidence direction() {
  TcpEvidence evidence;
  for (const std::string_view name : {"tcp.wait_receiver_window",
                                      "tcp.wait_receiver_buffer",
                                      "tcp.wait_write_pattern",
                                      "tcp.wait_recovery_fast",
                                      "tcp.wait_recovery_probe",
                                      "tcp.wait_recovery_timeout",
                                      "tcp.wait_queueing",
                                      "tcp.wait_sender_idle",
                                      "tcp.resent_fast",
                                      "tcp.resent_probe",
                                      "tcp.resent_timeout",
                                      "tcp.resent_spurious",
                                      "tcp.needless_fast",
                                      "tcp.reordered",
                                      "tcp.lost_before",
                                      "tcp.lost_behind",
                                      "tcp.zero_windows",
                                      "tcp.tries",
                                      "tcp.unserved",
                                      "tcp.nagle_off",
                                      "tcp.delayed_acks",
                                      "tcp.bottleneck_bytes",
                                      "tcp.never_came",
                                      "tcp.late_syn_acks",
                                      "tcp.incast_flows",
                                      "tcp.policed",
                                      "tcp.size_stuck",
                                      "tcp.stuck_resends",
                                      "tcp.stuck_answered",
                                      "tcp.told_mtu",
                                      "tcp.size_passed"}) {
    evidence.with(name, 0);
  }
  evidence.with("tcp.life", 10'000'000'000).with("tcp.active", 10'000'000'000).with("tcp.round_trip", 100'000);
  evidence.with("tcp.data_packets", 5'000);
  evidence.with("tcp.largest_window", 65'536).with("tcp.smallest_window", 60'000).with("tcp.full_window", 65'536);
  evidence.with("tcp.window_scaling", 1).with("tcp.receiver_scales", 1);
  return evidence;
}

// The server's own reset, with data of the client under way to it.
inline TcpEvidence reset() {
  TcpEvidence evidence;
  evidence.with("tcp.reset_unacknowledged", 4'000).with("tcp.reset_ttl", 61);
  evidence.with("tcp.ttl_least", 61).with("tcp.ttl_most", 61).with("tcp.ttl_packets", 40);
  evidence.with("tcp.reset_bare", 0).with("tcp.reset_fin_by_resetter", 0);
  evidence.with("tcp.reset_silence", 2'000'000).with("tcp.reset_tries", 0);
  evidence.with("tcp.reset_went_on", 0).with("tcp.round_trip", 100'000);
  return evidence;
}

// 40 attempts, all of which came about.
inline TcpEvidence server() {
  TcpEvidence evidence;
  for (const std::string_view name :
       {"tcp.refused", "tcp.reached_elsewhere", "tcp.unanswered", "tcp.single_syns", "tcp.half_open", "tcp.ignored",
        "tcp.without_sack", "tcp.without_scaling", "tcp.stripped", "tcp.half_seen", "tcp.syn_acks_again"}) {
    evidence.with(name, 0);
  }
  evidence.with("tcp.attempts", 40).with("tcp.opened", 40).with("tcp.clients", 12).with("tcp.both_syns", 40);
  return evidence;
}

inline std::vector<Scenario> tcp_scenarios() {
  const std::string ends = "10.0.0.1 → 10.0.0.2:443";
  return {
      {"tcp_receiver_limited",
       direction()
           .waited("tcp.wait_receiver_window", 5, seconds(3), seconds(1))
           .with("tcp.smallest_window", 0)
           .with("tcp.zero_windows", 5),
       stall(), "tcp.wait_receiver_window"},
      {"tcp_window_limited", direction().waited("tcp.wait_receiver_buffer", 400, seconds(8), milliseconds(20)), stall(),
       "tcp.wait_receiver_buffer"},
      {"tcp_sender_idle", direction().waited("tcp.think_time", 4, seconds(9), seconds(4)), stall(), "tcp.think_time"},
      {"tcp_nagle_delayed_ack", direction().waited("tcp.wait_write_pattern", 30, seconds(2), milliseconds(44)), stall(),
       "tcp.wait_write_pattern"},
      {"tcp_rto_stall",
       direction()
           .waited("tcp.wait_recovery_timeout", 3, milliseconds(900), milliseconds(400))
           .with("tcp.resent_timeout", 3)
           .with("tcp.lost_behind", 3),
       stall(), "tcp.resent_timeout"},
      {"tcp_path_loss",
       direction()
           .waited("tcp.wait_recovery_fast", 40, seconds(1), milliseconds(3))
           .with("tcp.resent_fast", 55)
           .with("tcp.lost_before", 55),
       stall(), "tcp.lost_before"},
      {"tcp_reordering",
       direction()
           .waited("tcp.wait_recovery_fast", 40, seconds(1), milliseconds(3))
           .with("tcp.reordered", 60)
           .with("tcp.resent_spurious", 55),
       stall(), "tcp.reordered"},
      {"tcp_half_open",
       direction()
           .waited("tcp.wait_recovery_timeout", 6, seconds(6), seconds(3))
           .with("tcp.resent_timeout", 6)
           .with("tcp.tries", 6),
       stall(), "tcp.tries"},
      {"tcp_incast",
       direction()
           .waited("tcp.wait_recovery_timeout", 1, milliseconds(210), milliseconds(210))
           .with("tcp.resent_timeout", 1)
           .with("tcp.incast_flows", 12),
       stall(), "tcp.incast_flows"},
      {"tcp_policed",
       direction()
           .waited("tcp.wait_recovery_fast", 40, seconds(1), milliseconds(3))
           .with("tcp.resent_fast", 55)
           .with("tcp.lost_behind", 55)
           .with("tcp.policed", 1)
           .with("tcp.policed_rate", 8'000'000)
           .with("tcp.loss_epochs", 12)
           .with("tcp.queued_before_loss", 0),
       stall(), "tcp.policed"},
      {"tcp_queueing",
       direction()
           .waited("tcp.wait_queueing", 0, seconds(6), {})
           .with("tcp.base_rtt_ns", 10'000'000)
           .with("tcp.queueing_ns", 40'000'000)
           .with("tcp.queueing_most_ns", 70'000'000)
           .with("tcp.queue_follows_flight", 900),
       stall(), "tcp.queue_follows_flight"},
      {"tcp_mtu_blackhole",
       direction()
           .waited("tcp.wait_recovery_timeout", 5, seconds(6), seconds(3))
           .with("tcp.resent_timeout", 5)
           .with("tcp.size_stuck", 1'448)
           .with("tcp.size_passed", 320)
           .with("tcp.stuck_answered", 1)
           .with("tcp.stuck_resends", 5),
       stall(), "tcp.size_stuck"},
      {"tcp_reset_by_peer", reset(), abort_of(), "tcp.reset_ttl"},
      {"tcp_reset_by_middlebox", reset().with("tcp.reset_ttl", 118), abort_of(), "tcp.reset_ttl"},
      {"tcp_options_missing", server().with("tcp.without_sack", 12, ends), setup(), "tcp.without_sack"},
      {"tcp_accept_queue_overflow", server().with("tcp.ignored", 3, ends).with("tcp.unanswered", 2, ends), setup(),
       "tcp.ignored"},
      {"tcp_syn_flood",
       server().with("tcp.attempts", 900).with("tcp.opened", 2).with("tcp.half_open", 500).with("tcp.single_syns", 398),
       setup(), "tcp.half_open"},
      {"tcp_connect_refused", server().with("tcp.refused", 3, ends).with("tcp.opened", 0), setup(), "tcp.refused"},
      {"tcp_connect_filtered", server().with("tcp.unanswered", 2, ends).with("tcp.opened", 0), setup(),
       "tcp.unanswered"},
  };
}

}  // namespace wirecause::testing
