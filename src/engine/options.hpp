// What one analysis is asked to do. Filled by a command from what was typed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/address.hpp"
#include "base/time.hpp"
#include "feed/feed_tracker.hpp"
#include "feed/framing.hpp"
#include "tcp/byte_stream.hpp"

namespace wirecause {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

// --framing: which framing, and for which destination (all, where there is none).
struct FramingChoice {
  const Framing* framing = nullptr;
  FramingConfig config;
  std::optional<Endpoint> destination;
};

struct NamedPoint {
  std::string name;
  std::string file;
};

// --payload: who is given the bytes of each side of AnalysisOptions::connection; they outlive the run.
struct PayloadReaders {
  tcp::StreamReader* client = nullptr;
  tcp::StreamReader* server = nullptr;
  bool any() const { return client != nullptr || server != nullptr; }
};

// --from, --to: an instant, or a time of day on the UTC day of the first packet.
struct TimeBound {
  TimeNs time;
  bool is_time_of_day = false;
};

struct AnalysisOptions {
  std::vector<std::string> files;
  std::vector<NamedPoint> points;
  bool same_point = false;  // files that overlap in time were captured at one point all the same
  std::optional<TimeBound> from;
  std::optional<TimeBound> to;
  std::vector<FramingChoice> framings;               // empty: all, recognised by their marks
  std::vector<std::pair<Endpoint, Endpoint>> pairs;  // lines of one feed by configuration
  std::vector<Endpoint> recovery;                    // destinations on which lost units are sent again
  FeedOptions feed;
  bool follow_tcp = true;        // connections, beside feeds
  std::uint64_t connection = 0;  // whose packets are kept one by one; 0: none
  PayloadReaders payload;
  std::uint32_t threads = 1;    // trackers; the result is the same for any number
  std::uint32_t batch = 1'024;  // packets a batch; the result is the same for any size
};

struct RunProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  // 0: unknown
  std::uint64_t packets = 0;
};

}  // namespace wirecause
