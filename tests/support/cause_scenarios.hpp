// For every cause the evidence on which it is named, and the record that decides: what property tests vary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/evidence_builder.hpp"
#include "support/host_cause_scenarios.hpp"
#include "support/scenario.hpp"
#include "support/socket_scenarios.hpp"
#include "support/tcp_scenarios.hpp"

namespace wirecause::testing {

inline EvidenceBuilder healthy_capture() {
  return EvidenceBuilder{}
      .point()
      .value("capture.packets", kPoint, 40'000)
      .value("capture.truncated", kPoint, 0)
      .value("capture.truncated_headers", kPoint, 0)
      .value("capture.backward_stamps", kPoint, 0)
      .value("capture.repeated", kPoint, 0)
      .value("capture.repeated_share", kPoint, 0)
      .value("capture.second_sight_share", kPoint, 0)
      .value("capture.checksum_hosts_all_bad", kPoint, 0)
      .value("capture.oversize_frames", kPoint, 0);
}

inline EvidenceBuilder silent_feed() {
  return EvidenceBuilder{}
      .value("feed.silence", kFeed, 5'000'000'000)
      .value("feed.silence_send_gap", kFeed, 4'990'000'000)
      .value("feed.silence_other_streams", kFeed, 4)
      .value("feed.silence_continued", kFeed, 1)
      .value("feed.heartbeats_missed", kFeed, 4);
}

inline EvidenceBuilder restarted_feed() {
  return EvidenceBuilder{}
      .value("feed.restart", kFeed, 0, "session 000001 -> 000002")
      .value("feed.restart_idle", kFeed, 250'000'000)
      .value("feed.restart_lines", kFeed, 2)
      .value("feed.line_count", kFeed, 2);
}

inline EvidenceBuilder doubled_capture() {
  return EvidenceBuilder{}
      .point()
      .value("capture.packets", kPoint, 2'000)
      .value("capture.repeated", kPoint, 990)
      .value("capture.repeated_share", kPoint, 990'000)
      .value("capture.repeated_delay", kPoint, 12'000)
      .value("capture.repeated_delay_spread", kPoint, 900);
}

inline EvidenceBuilder two_points() {
  return EvidenceBuilder{}
      .point()
      .value("capture.packets", kPoint, 2'000)
      .value("capture.repeated", kPoint, 0)
      .value("capture.repeated_share", kPoint, 0)
      .value("capture.second_sight", kPoint, 900, "TTL 16 -> 15, source MAC differs")
      .value("capture.second_sight_share", kPoint, 900'000)
      .value("capture.second_sight_delay", kPoint, 40'000)
      .value("capture.second_sight_delay_spread", kPoint, 5'000);
}

inline Episode observation() { return EpisodeBuilder(Symptom::observation, kPoint).build(); }

// Of causes that a capture shows.
inline std::vector<Scenario> capture_scenarios() {
  return {
      {"net_line_loss", EvidenceBuilder{}.dropped(0), EpisodeBuilder(Symptom::loss).missing(kLineA, "A", 25, 0).build(),
       "capture.dropped"},
      {"net_common_loss", EvidenceBuilder{}.dropped(0),
       EpisodeBuilder(Symptom::loss).lost(7).missing(kLineA, "A", 0, 7).missing(kLineB, "B", 0, 7).build(),
       "capture.dropped"},
      {"net_reordering", EvidenceBuilder{}.point().value("capture.backward_stamps", kPoint, 0),
       EpisodeBuilder(Symptom::disorder).late(kLineA, "A", 12, 3).build(), "capture.backward_stamps"},
      {"net_duplication",
       EvidenceBuilder{}.point().value("capture.repeated", kPoint, 30).value("capture.repeated_share", kPoint, 1'500),
       EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 30).build(), "capture.repeated_share"},
      {"publisher_restart", restarted_feed(), EpisodeBuilder(Symptom::restart).build(), "feed.restart"},
      {"publisher_stall", silent_feed(), EpisodeBuilder(Symptom::silence).build(), "feed.silence_send_gap"},
      {"capture_dropped", EvidenceBuilder{}.dropped(19).value("capture.packets", kPoint, 40'000), observation(),
       "capture.dropped"},
      {"capture_truncated",
       EvidenceBuilder{}.value("capture.truncated", kPoint, 60).value("capture.truncated_headers", kPoint, 2),
       observation(), "capture.truncated"},
      {"capture_clock",
       EvidenceBuilder{}
           .value("capture.backward_stamps", kPoint, 3)
           .value("capture.backward_largest", kPoint, 8'000'000),
       observation(), "capture.backward_stamps"},
      {"capture_duplicated", doubled_capture(), observation(), "capture.repeated_share"},
      {"capture_two_points", two_points(), observation(), "capture.second_sight_share"},
      {"capture_one_direction",
       EvidenceBuilder{}.value("tcp.connections", kPoint, 10).value("tcp.one_way_connections", kPoint, 10),
       observation(), "tcp.one_way_connections"},
      {"capture_offload_artifact",
       EvidenceBuilder{}
           .value("capture.checksum_hosts_all_bad", kPoint, 1, "10.0.0.1")
           .value("capture.checksum_bad", kPoint, 900)
           .value("capture.checksum_checked", kPoint, 1'000),
       observation(), "capture.checksum_hosts_all_bad"},
  };
}

// Of all causes: a family of causes appends its own list here.
inline std::vector<Scenario> named_scenarios() {
  std::vector<Scenario> all = capture_scenarios();
  for (Scenario& scenario : host_scenarios()) all.push_back(std::move(scenario));
  for (Scenario& scenario : socket_scenarios()) all.push_back(std::move(scenario));
  for (Scenario& scenario : tcp_scenarios()) all.push_back(std::move(scenario));
  return all;
}

}  // namespace wirecause::testing
