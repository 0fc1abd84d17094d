// Collector: interrupts per CPU, all of them and those of the followed interfaces (fs/proc/interrupts.c,
// kernel/irq/proc.c show_interrupts).
//
// A line an interrupt: its number or name, a count for each online CPU, then chip, hardware number and actions. Counts are
// 32 bits and wrap. Read once a second: it is the dearest of all files (33 us with 2 CPUs, and it grows with CPUs times
// interrupts); a caller that finds it over 200 us reads it more rarely.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/cpu_columns.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"
#include "host/kernel/unread_values.hpp"
#include "host/nic/interface_interrupts.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/interrupts";

constexpr std::array kPublishes{
    Published{"interrupts.all", Shape::sample, Unit::none, "interrupts that the CPU took"},
    Published{"interrupts.nic", Shape::sample, Unit::none, "interrupts of the followed interfaces that the CPU took"},
    Published{"interrupts.interface", Shape::sample, Unit::none, "interrupts of the interface, on all CPUs"},
};

class InterruptsRun final : public CollectorRun {
 public:
  InterruptsRun(ProcFile file, const HostContext& context) : file_(std::move(file)) {
    for (const HostInterface& interface : context.interfaces) {
      interfaces_.push_back({interface.name, msi_interrupts(context.sys, interface.name), false});
    }
  }

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    WC_TRY_ASSIGN(std::string_view text, file_.read());
    UnreadValues unread(kSource);
    if (const auto head = take_line(text)) columns_.read(*head);
    const std::size_t cpus = columns_.cpus().size();
    all_.assign(cpus, 0);
    nic_.assign(cpus, 0);
    of_interface_.assign(interfaces_.size(), 0);
    bool is_whole = true;
    while (const auto line = take_line(text)) is_whole = add(*line) && is_whole;
    if (!text.empty() || !is_whole) {
      // A sum that lacks a part would look like a counter that fell.
      unread.add("so that sums are not known");
      return unread.result();
    }
    publish(sink);
    return {};
  }

 private:
  struct Interface {
    std::string name;
    std::set<std::uint32_t> interrupts;
    bool was_seen = false;  // virtual interfaces have no interrupts: nothing is published of them
  };
  static constexpr std::size_t kNobody = SIZE_MAX;

  // False: a count could not be read.
  bool add(std::string_view line) {
    std::string_view name = take_word(line);
    if (name.empty() || name.back() != ':') return name.empty();
    name.remove_suffix(1);
    if (name == "ERR" || name == "MIS") return true;  // one count for the whole machine, of no CPU
    const auto number = number_of(name);
    counts_.clear();
    for (std::size_t column = 0; column < columns_.cpus().size(); ++column) {
      std::string_view rest = line;
      const std::string_view word = take_word(rest);
      const auto count = number_of(word);
      if (!count) return false;
      counts_.push_back(*count);
      line = rest;
    }
    const std::size_t owner = number ? owner_of(static_cast<std::uint64_t>(*number), line) : kNobody;
    if (owner != kNobody) interfaces_[owner].was_seen = true;
    for (std::size_t column = 0; column < counts_.size(); ++column) {
      all_[column] += static_cast<std::uint64_t>(counts_[column]);
      if (owner == kNobody) continue;
      nic_[column] += static_cast<std::uint64_t>(counts_[column]);
      of_interface_[owner] += static_cast<std::uint64_t>(counts_[column]);
    }
    return true;
  }

  std::size_t owner_of(std::uint64_t number, std::string_view rest) const {
    for (std::size_t i = 0; i < interfaces_.size(); ++i) {
      const Interface& interface = interfaces_[i];
      if (!interface.interrupts.empty()) {
        if (number <= UINT32_MAX && interface.interrupts.contains(static_cast<std::uint32_t>(number))) return i;
        continue;
      }
      std::string_view words = rest;
      for (std::string_view word = take_word(words); !word.empty(); word = take_word(words)) {
        if (is_action_of(word, interface.name)) return i;
      }
    }
    return kNobody;
  }

  void publish(EvidenceSink& sink) const {
    const bool is_any_seen = std::ranges::any_of(interfaces_, &Interface::was_seen);
    for (std::size_t column = 0; column < all_.size(); ++column) {
      const Subject cpu{SubjectKind::cpu, columns_.cpus()[column]};
      sink.sample(kPublishes[0].name, cpu, bounded(all_[column]));
      if (is_any_seen) sink.sample(kPublishes[1].name, cpu, bounded(nic_[column]));
    }
    for (std::uint32_t i = 0; i < of_interface_.size(); ++i) {
      if (!interfaces_[i].was_seen) continue;
      sink.sample(kPublishes[2].name, {SubjectKind::interface, i}, bounded(of_interface_[i]));
    }
  }

  static std::int64_t bounded(std::uint64_t value) { return static_cast<std::int64_t>(value & INT64_MAX); }

  ProcFile file_;
  CpuColumns columns_;
  std::vector<Interface> interfaces_;
  std::vector<std::int64_t> counts_;  // of the line in hand
  std::vector<std::uint64_t> all_;    // by column
  std::vector<std::uint64_t> nic_;
  std::vector<std::uint64_t> of_interface_;
};

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  WC_TRY_ASSIGN(ProcFile file, ProcFile::open(path_below(context, kSource)));
  return std::make_unique<InterruptsRun>(std::move(file), context);
}

}  // namespace

extern constinit const Collector collector_interrupts{
    .id = "interrupts",
    .summary = "interrupts per CPU, and which CPUs take those of the interface",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_read_text<kSource>,
    .open = &open,
};

}  // namespace wirecause
