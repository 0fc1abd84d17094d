// A collector: one source of the kernel, read into samples, states and events. Adding one is one file
// host/collectors/<id>.cpp that defines `collector_<id>`, and its test on recorded texts; nothing else is edited.
//
// Life: can_run() says whether and why not; open() opens what is read once (descriptors are kept, so that reading needs
// no privilege later and no path look-up); sample(now) reads. A collector in `auto` mode that cannot run is reported as
// unavailable and the run goes on. Called by one thread; `now` is CLOCK_REALTIME, passed in (DESIGN D8).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "evidence/record.hpp"
#include "host/availability.hpp"

namespace wirecause {

struct HostInterface {
  std::string name;  // "eth0"
  std::uint32_t index = 0;
};

// What a collector may look at. Tests set `proc` and `sys` to a folder of recorded texts.
struct HostContext {
  std::string proc = "/proc";
  std::string sys = "/sys";
  // Followed interfaces: Subject{interface, position here}. Counters of other interfaces are not read.
  std::vector<HostInterface> interfaces;
};

// Where samples go. Repeated values cost nothing: only changes are kept (DESIGN D5).
class EvidenceSink {
 public:
  virtual ~EvidenceSink() = default;
  // A counter or a level, at the `now` of the call in progress. `name` must be one of the collector's `publishes`.
  virtual void sample(std::string_view name, Subject subject, std::int64_t value) = 0;
  // An event or a state (Record::from, value, text). `name` likewise.
  virtual void record(Record record) = 0;
};

class CollectorRun {
 public:
  virtual ~CollectorRun() = default;
  // Reads once. A source that vanished (an interface, a file) is an Error the first time; the engine reports it once and
  // goes on asking.
  virtual Result<void> sample(TimeNs now, EvidenceSink& sink) = 0;
  // A descriptor that becomes readable when there is something to sample at once (link events); -1: none.
  virtual int event_descriptor() const { return -1; }
};

enum class Pace : std::uint8_t {
  fast,    // every 10 ms: microseconds to read
  second,  // every second: driver statistics, tables
  slow,    // every 10 s: settings that rarely change
};

struct Collector {
  std::string_view id;       // "softnet"
  std::string_view summary;  // <= 72 columns: what it reads
  std::string_view source;   // "/proc/net/softnet_stat", "RTM_GETLINK"
  std::string_view needs;    // capability or right it takes: "none", "CAP_NET_ADMIN"
  std::span<const Published> publishes{};
  Pace pace = Pace::fast;
  Availability (*can_run)(const HostContext&) = nullptr;
  Result<std::unique_ptr<CollectorRun>> (*open)(const HostContext&) = nullptr;
};

// All collectors, ordered by id (generated, cmake/Registry.cmake).
std::span<const Collector* const> all_collectors();
const Collector* find_collector(std::string_view id);  // nullptr: none

}  // namespace wirecause
