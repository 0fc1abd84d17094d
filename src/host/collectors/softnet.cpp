// Collector: per-CPU receive backlog of the kernel.
//
// One line a CPU, hexadecimal columns (net/core/net-procfs.c softnet_seq_show): 0 processed, 1 dropped (the backlog was
// full: netdev_max_backlog), 2 time_squeeze (NAPI budget used up with work left), 9 received_rps, 10 flow_limit_count,
// 11 backlog length (5.10), 12 CPU number (5.10; lines of offline CPUs are left out, so the line number is not the CPU).
// All but 11 are 32-bit counters that wrap.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "host/collector.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"
#include "host/kernel/unread_values.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/net/softnet_stat";
constexpr std::size_t kCpuColumn = 12;
constexpr int kHexadecimal = 16;

constexpr std::array kPublishes{
    Published{"softnet_stat.processed", Shape::sample, Unit::packets,
              "packets that the CPU took from its backlog or NAPI"},
    Published{"softnet_stat.dropped", Shape::sample, Unit::packets,
              "packets dropped because the CPU's backlog was full (net.core.netdev_max_backlog)"},
    Published{"softnet_stat.time_squeeze", Shape::sample, Unit::none,
              "times that the CPU's NAPI budget was used up with work left (net.core.netdev_budget)"},
    Published{"softnet_stat.received_rps", Shape::sample, Unit::none, "times that the CPU was woken for RPS"},
    Published{"softnet_stat.flow_limit_count", Shape::sample, Unit::packets,
              "packets dropped by the flow limit of the backlog (net.core.flow_limit_cpu_bitmap)"},
    Published{"softnet_stat.backlog_len", Shape::sample, Unit::packets, "packets that wait in the CPU's backlog"},
};

struct Column {
  std::size_t index;
  std::size_t publishes;  // index into kPublishes
};
constexpr std::array kColumns{Column{0, 0}, Column{1, 1}, Column{2, 2}, Column{9, 3}, Column{10, 4}, Column{11, 5}};

class SoftnetRun final : public CollectorRun {
 public:
  explicit SoftnetRun(ProcFile file) : file_(std::move(file)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    WC_TRY_ASSIGN(std::string_view text, file_.read());
    UnreadValues unread(kSource);
    std::uint32_t line_number = 0;
    while (const auto line = take_line(text)) publish(*line, line_number++, sink, unread);
    if (!text.empty()) unread.add("in a line that is cut");
    return unread.result();
  }

 private:
  static constexpr std::size_t kMostColumns = 16;

  void publish(std::string_view line, std::uint32_t line_number, EvidenceSink& sink, UnreadValues& unread) {
    std::array<std::optional<std::int64_t>, kMostColumns> values;
    std::size_t columns = 0;
    while (columns < values.size()) {
      const std::string_view word = take_word(line);
      if (word.empty()) break;
      values[columns++] = number_of(word, kHexadecimal);
    }
    // Before 5.10 the CPU is the line's number, as long as none is offline.
    const auto cpu = columns > kCpuColumn ? values[kCpuColumn] : line_number;
    if (!cpu || *cpu > UINT32_MAX) return unread.add("(a CPU number)");
    const Subject subject{SubjectKind::cpu, static_cast<std::uint32_t>(*cpu)};
    for (const Column& column : kColumns) {
      if (column.index >= columns) continue;
      if (const auto value = values[column.index]) {
        sink.sample(kPublishes[column.publishes].name, subject, *value);
      } else {
        unread.add(kPublishes[column.publishes].name);
      }
    }
  }

  ProcFile file_;
};

}  // namespace

extern constinit const Collector collector_softnet{
    .id = "softnet",
    .summary = "packets dropped at the per-CPU backlog, and NAPI budgets used up",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::fast,
    .can_run = &can_read_text<kSource>,
    .open = &open_text<SoftnetRun, kSource>,
};

}  // namespace wirecause
