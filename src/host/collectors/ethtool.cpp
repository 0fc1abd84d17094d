// Collector: the driver's own statistics of the followed interfaces (`ethtool -S`), under one name for all drivers, and its
// rings and pause.
//
// The table of drivers (driver_counters.cpp) says what a counter tells and whether all losses are known. Once a second,
// never faster, whatever the symptom: a reading may ask the firmware. What grew is published under its raw name too, so
// that people can grep for it. Careful: on some drivers the same frames stand in the interface's rx_dropped or
// rx_missed_errors: add one or the other, never both.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/collected_record.hpp"
#include "host/nic/ethtool_device.hpp"
#include "host/nic/nic_statistics.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSource = "SIOCETHTOOL";
constexpr std::size_t kMostGrowths = 16;  // that are named, of one interface at one reading
constexpr DurationNs kSettingsAge = seconds(10);

constexpr std::array kPublishes{
    Published{"nic.rx_missed", Shape::sample, Unit::frames,
              "frames lost before any ring: the port's packet memory was full"},
    Published{"nic.rx_no_buffer", Shape::sample, Unit::frames, "frames lost because the receive ring had no buffer"},
    Published{"nic.rx_crc", Shape::sample, Unit::frames, "frames lost because they were damaged on the line"},
    Published{"nic.rx_length", Shape::sample, Unit::frames, "frames lost for an impossible length"},
    Published{"nic.rx_discards", Shape::sample, Unit::frames,
              "frames that driver or device dropped for another reason"},
    Published{"nic.rx_xdp_drops", Shape::sample, Unit::frames, "frames that an XDP program dropped"},
    Published{"nic.filtered", Shape::sample, Unit::frames, "frames that no filter of the device wanted"},
    Published{"nic.rx_pause", Shape::sample, Unit::frames, "pause frames received: the peer told us to stop"},
    Published{"nic.tx_pause", Shape::sample, Unit::frames, "pause frames sent: we told the peer to stop"},
    Published{"nic.lost", Shape::sample, Unit::frames,
              "all frames that device or driver lost, each counted once; absent where the driver is not in the table"},
    Published{"nic.counter_growth", Shape::summary, Unit::frames,
              "counters of losses, XDP, pause that grew between two readings: value by how much, text their raw names"},
    Published{"nic.driver", Shape::state, Unit::none, "driver of the interface: text its name; value 1: in the table"},
    Published{"nic.firmware", Shape::state, Unit::none, "firmware of the device, as its driver says it"},
    Published{"nic.counters_complete", Shape::state, Unit::none,
              "1: nic.lost is known to hold every loss of this driver; 0: it is not; text: driver"},
    Published{"nic.counter_names", Shape::state, Unit::none, "which raw counters each common name is the sum of"},
    Published{"nic.rx_ring", Shape::state, Unit::none, "buffers in each receive ring now"},
    Published{"nic.rx_ring_max", Shape::state, Unit::none, "most buffers that a receive ring can have"},
    Published{"nic.pause", Shape::state, Unit::none,
              "flow control: value 1 receive, 2 send, 3 both, 0 none; text the same in words"},
};

// An interface that no driver stands behind is one without a name here: the loopback is the only one whose losses are
// known all the same.
Result<DriverInfo> driver_of(EthtoolDevice& device) {
  auto info = device.driver();
  if (info || info.error().code() != Errc::unsupported) return info;
  return DriverInfo{device.interface() == "lo" ? "loopback" : "unknown", {}, {}, {}};
}

// One followed interface.
class NicReader {
 public:
  NicReader(EthtoolDevice device, std::uint32_t position)
      : device_(std::move(device)), subject_{SubjectKind::interface, position} {}

  Result<void> sample(TimeNs now, EvidenceSink& sink) {
    if (!statistics_) {
      WC_TRY(learn(now, sink));
    }
    if (settings_told_ == kNoTime || now - settings_told_ >= kSettingsAge) tell_settings(now, sink);
    if (statistics_->size() == 0) return {};  // a driver without statistics of its own
    WC_TRY_ASSIGN(const auto values, device_.statistics());
    if (!statistics_->take(values)) {
      statistics_.reset();  // its queues have changed: other names from the next reading on
      return {};
    }
    publish(now, sink);
    return {};
  }

 private:
  Result<void> learn(TimeNs now, EvidenceSink& sink) {
    WC_TRY_ASSIGN(const DriverInfo info, driver_of(device_));
    std::vector<std::string> names = device_.statistic_names().value_or(std::vector<std::string>{});
    statistics_.emplace(info.driver, std::move(names));
    last_ = kNoTime;
    const bool is_known = find_driver_table(info.driver) != nullptr;
    sink.record(fact(Shape::state, "nic.driver", is_known ? 1 : 0, info.driver, now));
    sink.record(fact(Shape::state, "nic.counters_complete", statistics_->is_complete() ? 1 : 0, info.driver, now));
    if (!info.firmware.empty()) sink.record(fact(Shape::state, "nic.firmware", 0, info.firmware, now));
    if (is_known) sink.record(fact(Shape::state, "nic.counter_names", 0, statistics_->meaning(), now));
    return {};
  }

  void tell_settings(TimeNs now, EvidenceSink& sink) {
    settings_told_ = now;
    if (const auto rings = device_.rings()) {
      tell(told_ring_, "nic.rx_ring", rings->rx, {}, now, sink);
      tell(told_ring_max_, "nic.rx_ring_max", rings->rx_max, {}, now, sink);
    }
    if (const auto pause = device_.pause()) {
      const std::string text = std::string("rx ") + (pause->rx ? "on" : "off") + ", tx " + (pause->tx ? "on" : "off") +
                               ", autonegotiation " + (pause->autonegotiate ? "on" : "off");
      tell(told_pause_, "nic.pause", (pause->rx ? 1 : 0) + (pause->tx ? 2 : 0), text, now, sink);
    }
  }

  // A setting is told when it is first read and when it has changed.
  void tell(std::optional<std::int64_t>& told, std::string_view name, std::int64_t value, std::string text, TimeNs now,
            EvidenceSink& sink) const {
    if (told == value) return;
    told = value;
    sink.record(fact(Shape::state, name, value, std::move(text), now));
  }

  void publish(TimeNs now, EvidenceSink& sink) {
    for (std::size_t i = 0; i < kNicCounters; ++i) {
      if (const auto value = statistics_->sums()[i])
        sink.sample(published_name(static_cast<NicCounter>(i)), subject_, *value);
    }
    if (const auto lost = statistics_->lost()) sink.sample("nic.lost", subject_, *lost);
    tell_growth(now, sink);
    last_ = now;
  }

  // One record a reading: what all of them grew by, and which they are.
  void tell_growth(TimeNs now, EvidenceSink& sink) const {
    std::int64_t sum = 0;
    std::string text;
    std::size_t told = 0;
    for (const CounterGrowth& grown : statistics_->grown()) {
      if (__builtin_add_overflow(sum, grown.growth, &sum)) return;
      if (told++ == kMostGrowths) text += " and others";
      if (told > kMostGrowths) continue;
      text.append(text.empty() ? "" : ", ").append(grown.raw).append(" +").append(std::to_string(grown.growth));
      if (!grown.is_known) text += " (not in the table)";
    }
    if (told == 0) return;
    Record record = fact(Shape::summary, "nic.counter_growth", sum, std::move(text), last_);
    record.to = now;
    record.unit = Unit::frames;
    sink.record(std::move(record));
  }

  Record fact(Shape shape, std::string_view name, std::int64_t value, std::string text, TimeNs from) const {
    return collected(shape, name, subject_, value, std::move(text), from, kSource);
  }

  EthtoolDevice device_;
  Subject subject_;
  std::optional<NicStatistics> statistics_;
  TimeNs last_ = kNoTime;
  TimeNs settings_told_ = kNoTime;
  std::optional<std::int64_t> told_ring_;
  std::optional<std::int64_t> told_ring_max_;
  std::optional<std::int64_t> told_pause_;
};

class EthtoolRun final : public CollectorRun {
 public:
  explicit EthtoolRun(std::vector<NicReader> readers) : readers_(std::move(readers)) {}

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    Result<void> first_failure;
    for (NicReader& reader : readers_) {
      auto done = reader.sample(now, sink);
      if (!done && first_failure) first_failure = std::move(done);
    }
    return first_failure;
  }

 private:
  std::vector<NicReader> readers_;
};

// Of the first followed interface that gives less than all.
Availability can_run(const HostContext& context) {
  if (context.interfaces.empty())
    return reduced("no interface is followed", "name one: wirecause doctor --interface IF");
  for (const HostInterface& interface : context.interfaces) {
    auto device = EthtoolDevice::open(interface.name);
    const auto info = device ? driver_of(*device) : tl::unexpected(device.error());
    if (!info) return unavailable(info.error().message(), "name an interface that is there (ip link shows them)");
    const DriverTable* table = find_driver_table(info->driver);
    if (table == nullptr) {
      return reduced(interface.name + ": driver " + info->driver +
                         " is not in the table of drivers: its counters are shown under their raw names, and losses at "
                         "the NIC cannot be told from losses before it",
                     "");
    }
    const NicStatistics statistics(info->driver, device->statistic_names().value_or(std::vector<std::string>{}));
    if (!statistics.is_complete()) {
      return reduced(interface.name + ": the drop counters of " + info->driver +
                         " are not known to be complete: a loss that no counter shows is reported as \"NIC or before\"",
                     "");
    }
  }
  return available();
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  std::vector<NicReader> readers;
  for (std::uint32_t position = 0; position < context.interfaces.size(); ++position) {
    WC_TRY_ASSIGN(EthtoolDevice device, EthtoolDevice::open(context.interfaces[position].name));
    readers.emplace_back(std::move(device), position);
  }
  return std::make_unique<EthtoolRun>(std::move(readers));
}

}  // namespace

extern constinit const Collector collector_ethtool{
    .id = "ethtool",
    .summary = "the driver's own counters: ring full, no buffer, crc, pause; rings",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
