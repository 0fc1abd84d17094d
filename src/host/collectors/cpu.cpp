// Collector: where each CPU's time went (fs/proc/stat.c show_stat; "cpu0 user nice system idle iowait irq softirq steal").
//
// The kernel gives ticks of 1/USER_HZ s, so the finest step is 10 ms on common kernels; published in nanoseconds. Guest
// time is in user time already. Once a second: the file also has a column for every interrupt of the machine.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>

#include "host/collector.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"
#include "host/kernel/unread_values.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/stat";

// In order of the file's columns.
constexpr std::array kPublishes{
    Published{"cpu.user", Shape::sample, Unit::nanoseconds, "time of the CPU in applications"},
    Published{"cpu.nice", Shape::sample, Unit::nanoseconds, "time of the CPU in applications of low priority"},
    Published{"cpu.system", Shape::sample, Unit::nanoseconds, "time of the CPU in the kernel"},
    Published{"cpu.idle", Shape::sample, Unit::nanoseconds, "time of the CPU with nothing to do"},
    Published{"cpu.iowait", Shape::sample, Unit::nanoseconds, "idle time while a task waited for a disk"},
    Published{"cpu.irq", Shape::sample, Unit::nanoseconds, "time of the CPU in interrupts"},
    Published{"cpu.softirq", Shape::sample, Unit::nanoseconds,
              "time of the CPU in softirqs, receiving packets among them"},
    Published{"cpu.steal", Shape::sample, Unit::nanoseconds,
              "time that the hypervisor gave to others while the CPU wanted to run"},
};

std::int64_t tick_ns() {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  const long ticks = ::sysconf(_SC_CLK_TCK);
  return kNsPerSecond / (ticks > 0 ? ticks : 100);
}

class CpuRun final : public CollectorRun {
 public:
  explicit CpuRun(ProcFile file) : file_(std::move(file)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    WC_TRY_ASSIGN(std::string_view text, file_.read());
    UnreadValues unread(kSource);
    // Lines of CPUs come first; the first is the sum of all.
    while (auto line = take_line(text)) {
      const std::string_view head = take_word(*line);
      if (!head.starts_with("cpu")) return unread.result();
      if (const auto cpu = number_of(head.substr(3)); cpu && *cpu <= UINT32_MAX) {
        publish(*line, {SubjectKind::cpu, static_cast<std::uint32_t>(*cpu)}, sink, unread);
      }
    }
    if (!text.empty()) unread.add("in a line that is cut");
    return unread.result();
  }

 private:
  void publish(std::string_view line, Subject subject, EvidenceSink& sink, UnreadValues& unread) const {
    for (const Published& item : kPublishes) {
      const std::string_view word = take_word(line);
      if (word.empty()) return;  // steal is not there before 2.6.11
      std::int64_t ns = 0;
      const auto ticks = number_of(word);
      if (ticks && !__builtin_mul_overflow(*ticks, tick_ns_, &ns)) {
        sink.sample(item.name, subject, ns);
      } else {
        unread.add(item.name);
      }
    }
  }

  ProcFile file_;
  std::int64_t tick_ns_ = tick_ns();
};

}  // namespace

extern constinit const Collector collector_cpu{
    .id = "cpu",
    .summary = "where each CPU's time went: applications, softirq, steal, idle",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_read_text<kSource>,
    .open = &open_text<CpuRun, kSource>,
};

}  // namespace wirecause
