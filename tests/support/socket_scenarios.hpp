// The five causes of drops at a socket, each in figures of its own: a default receive buffer (212 992 B holds 256 datagrams
// of 832 B truesize, as the kernel counts a datagram of 104 B) at a feed of 4 000 datagrams a second, so that the buffer
// lasts 64 ms at the steady rate.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "support/drop_scenarios.hpp"
#include "support/scenario.hpp"

namespace wirecause::testing {

inline constexpr Subject kCpu1{SubjectKind::cpu, 1};
inline constexpr std::string_view kFullBufferReason = "SKB_DROP_REASON_SOCKET_RCVBUFF";
inline constexpr std::array<std::string_view, 4> kReaderCauses{"socket_rcvbuf_burst", "app_slow_consumer",
                                                               "app_stalled", "app_cpu_starved"};

inline constexpr std::int64_t kMs = 1'000'000;  // ns

inline Episode full_buffer() {
  return DropEpisodeBuilder(Checkpoint::socket, std::string(kFullBufferReason)).lost(24).recovered(1'180).build();
}

inline EvidenceBuilder full_socket() {
  return consumer_facts()
      .value("socket.rcvbuf", kConsumer, 212'992)
      .measured("drop.truesize", 832)
      .measured("arrival.rate", 4'000)
      .measured("socket.drops", 1'204)
      .measured("drop.records_lost", 0)
      .measured("socket.queue_samples", 231)
      .measured("reader.reads", 8'000)
      .measured("cpu.steal", 3 * kMs, {}, 0, kCpu1);
}

// Reads go on, at 9 times the steady rate; 657 datagrams come in 3 ms.
inline EvidenceBuilder burst() {
  return full_socket()
      .measured("socket.queue_full_share", 17'000)
      .measured("socket.queue_before", 0)
      .measured("socket.queue_after", 2'496)
      .measured("reader.read_rate", 36'000)
      .measured("reader.longest_gap", 2 * kMs)
      .measured("arrival.burst_packets", 657)
      .measured("arrival.burst", 3 * kMs);
}

// Reads go on at half the steady rate.
inline EvidenceBuilder slow_reader() {
  return full_socket()
      .measured("socket.queue_full_share", 930'000)
      .measured("reader.read_rate", 2'100)
      .measured("reader.longest_gap", 3 * kMs)
      .measured("arrival.burst_packets", 700)
      .measured("arrival.burst", 170 * kMs);
}

// 500 ms without a read, in which the thread does what the records that are added say.
inline EvidenceBuilder stopped_reader() {
  return full_socket()
      .measured("socket.queue_full_share", 190'000)
      .measured("reader.read_rate", 1'900)
      .measured("reader.longest_gap", 500 * kMs)
      .measured("arrival.burst_packets", 1'900)
      .measured("arrival.burst", 480 * kMs);
}

inline EvidenceBuilder sleeping_reader() {
  return stopped_reader()
      .measured("reader.run_delay", 1 * kMs)
      .measured("reader.on_cpu", 0)
      .measured("reader.state", 'S', "futex_wait_queue");
}

inline EvidenceBuilder computing_reader() {
  return stopped_reader()
      .measured("reader.run_delay", 4 * kMs)
      .measured("reader.on_cpu", 496 * kMs)
      .measured("reader.state", 'R');
}

inline EvidenceBuilder waiting_reader() {
  return stopped_reader()
      .measured("reader.run_delay", 480 * kMs)
      .measured("reader.on_cpu", 15 * kMs)
      .measured("reader.state", 'R');
}

inline Episode filtered() {
  return DropEpisodeBuilder(Checkpoint::udp, "SKB_DROP_REASON_SOCKET_FILTER").lost(500).build();
}

inline std::vector<Scenario> socket_scenarios() {
  return {
      {"socket_rcvbuf_burst", burst(), full_buffer(), "arrival.burst_packets"},
      {"app_slow_consumer", slow_reader(), full_buffer(), "reader.read_rate"},
      {"app_stalled", sleeping_reader(), full_buffer(), "reader.state"},
      {"app_stalled", computing_reader(), full_buffer(), "reader.on_cpu"},
      {"app_cpu_starved", waiting_reader(), full_buffer(), "reader.run_delay"},
      {"socket_filter", consumer_facts(), filtered(), ""},
  };
}

}  // namespace wirecause::testing
