// Collector: how often each CPU ran the receive and transmit softirqs (fs/proc/softirqs.c).
//
// The first line names the CPUs that exist ("CPU0 CPU1 ..."); offline ones keep their column. Once a second: the file has
// ten columns a CPU, and grows with them.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "host/collector.hpp"
#include "host/kernel/cpu_columns.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"
#include "host/kernel/unread_values.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/softirqs";

constexpr std::array kPublishes{
    Published{"softirqs.NET_RX", Shape::sample, Unit::none, "times that the CPU ran the softirq that receives packets"},
    Published{"softirqs.NET_TX", Shape::sample, Unit::none, "times that the CPU ran the softirq that sends packets"},
};

std::string_view published_name(std::string_view row) {
  if (row == "NET_RX:") return kPublishes[0].name;
  if (row == "NET_TX:") return kPublishes[1].name;
  return {};
}

class SoftirqsRun final : public CollectorRun {
 public:
  explicit SoftirqsRun(ProcFile file) : file_(std::move(file)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    WC_TRY_ASSIGN(std::string_view text, file_.read());
    UnreadValues unread(kSource);
    if (const auto head = take_line(text)) columns_.read(*head);
    while (auto line = take_line(text)) {
      const std::string_view name = published_name(take_word(*line));
      if (name.empty()) continue;
      for (const std::uint32_t cpu : columns_.cpus()) {
        if (const auto value = number_of(take_word(*line))) {
          sink.sample(name, {SubjectKind::cpu, cpu}, *value);
        } else {
          unread.add(name);
        }
      }
    }
    if (!text.empty()) unread.add("in a line that is cut");
    return unread.result();
  }

 private:
  ProcFile file_;
  CpuColumns columns_;
};

}  // namespace

extern constinit const Collector collector_softirqs{
    .id = "softirqs",
    .summary = "which CPUs receive packets: NET_RX and NET_TX per CPU",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_read_text<kSource>,
    .open = &open_text<SoftirqsRun, kSource>,
};

}  // namespace wirecause
