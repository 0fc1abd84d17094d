// What was read of each input: packets, times, and what decoding could not follow, by kind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "capture/capture_set.hpp"
#include "engine/points.hpp"
#include "evidence/run_summary.hpp"
#include "packet/decode.hpp"

namespace wirecause {

class InputBook {
 public:
  explicit InputBook(std::size_t inputs) : books_(inputs) {}

  void filtered(const PacketView& packet) { ++books_[packet.input].summary.filtered_packets; }

  void packet(const PacketView& packet, TimeNs time, const Decoded& decoded) {
    Book& book = books_[packet.input];
    InputSummary& sum = book.summary;
    if (sum.packets == 0) sum.first = time;
    plain(packet, time);
    if (packet.bytes.size() < packet.wire_length) ++sum.truncated_packets;
    if (decoded.outcome != DecodeOutcome::ok || decoded.is_fragment) unusual(book, decoded);
    if (decoded.ip_checksum == Checksum::bad) ++sum.bad_ip_checksums;
    if (decoded.transport_checksum == Checksum::bad) {
      if (decoded.transport == Transport::udp) ++sum.bad_udp_checksums;
      if (decoded.transport == Transport::tcp) ++sum.bad_tcp_checksums;
    }
  }

  // A packet of which only its time is new (FlowDecoder::Result::is_plain); never the first one of its input.
  void plain(const PacketView& packet, TimeNs time) {
    InputSummary& sum = books_[packet.input].summary;
    ++sum.packets;
    if (time < sum.last) [[unlikely]] {
      ++sum.backward_stamps;
      sum.first = std::min(sum.first, time);
    } else {
      sum.last = time;
    }
  }

  // With what the files say of themselves, at the end.
  std::vector<InputSummary> summaries(const CaptureSet& captures, const Points& points) const;

 private:
  static constexpr std::size_t kMaxKinds = 256;
  struct Unknown {
    Decoded example;
    std::uint64_t packets = 0;
  };
  struct Book {
    InputSummary summary;
    std::map<std::pair<Layer, std::uint32_t>, Unknown> unknown;
    std::uint64_t other_kinds = 0;  // packets of kinds beyond kMaxKinds
  };

  static void unusual(Book& book, const Decoded& decoded);

  std::vector<Book> books_;
};

// The drops that a file states for an interface: none = it does not say.
std::optional<std::uint64_t> stated_drops(const InterfaceFacts& facts);

}  // namespace wirecause
