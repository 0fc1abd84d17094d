// Collector: connection tracking per CPU, and how many entries are in use (net/netfilter/nf_conntrack_standalone.c
// ct_cpu_seq_show).
//
// A line of names, then a line a possible CPU, hexadecimal. A full table drops the packet that would need an entry:
// `drop` grows, `early_drop` where an old entry was thrown out for it; a firewall rule moves neither. Where the file is
// not there, because CONFIG_NF_CONNTRACK_PROCFS is off, the same counters come from ctnetlink
// (IPCTNL_MSG_CT_GET_STATS_CPU), which takes CAP_NET_ADMIN at every reading.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "host/collector.hpp"
#include "host/kernel/conntrack_netlink.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/kernel/text_collector.hpp"
#include "host/kernel/unread_values.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/net/stat/nf_conntrack";
constexpr char kCount[] = "/proc/sys/net/netfilter/nf_conntrack_count";
constexpr int kHexadecimal = 16;

constexpr std::array kPublishes{
    Published{"nf_conntrack.drop", Shape::sample, Unit::packets,
              "packets dropped because connection tracking had no room for their connection"},
    Published{"nf_conntrack.early_drop", Shape::sample, Unit::none, "entries thrown out to make room in a full table"},
    Published{"nf_conntrack.insert_failed", Shape::sample, Unit::packets,
              "packets dropped because their connection was entered twice at once"},
    Published{"nf_conntrack.invalid", Shape::sample, Unit::packets, "packets that fit no connection"},
    Published{"nf_conntrack.found", Shape::sample, Unit::none, "look-ups that found an entry"},
    Published{"nf_conntrack.search_restart", Shape::sample, Unit::none, "look-ups that had to begin again"},
    Published{"net.netfilter.nf_conntrack_count", Shape::sample, Unit::none, "connections in the table now"},
};
constexpr std::size_t kPerCpu = 6;  // of them, those that stand in the table
constexpr std::string_view kPrefix = "nf_conntrack.";

class ConntrackTextRun final : public CollectorRun {
 public:
  ConntrackTextRun(ProcFile file, std::optional<ProcFile> count) : file_(std::move(file)), count_(std::move(count)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    publish_count(count_, sink);
    WC_TRY_ASSIGN(std::string_view text, file_.read());
    UnreadValues unread(kSource);
    if (const auto head = take_line(text)) find_columns(*head);
    for (std::uint32_t cpu = 0; const auto line = take_line(text); ++cpu) publish(*line, cpu, sink, unread);
    if (!text.empty()) unread.add("in a line that is cut");
    return unread.result();
  }

  static void publish_count(std::optional<ProcFile>& file, EvidenceSink& sink) {
    if (!file) return;
    auto text = file->read();
    const auto line = text ? take_line(*text) : std::nullopt;
    const auto value = line ? number_of(*line) : std::nullopt;
    if (value) sink.sample(kPublishes.back().name, kHost, *value);
  }

 private:
  static constexpr std::size_t kMaxColumns = 64;

  void find_columns(std::string_view head) {
    if (head == head_) return;
    head_ = head;
    columns_.clear();
    while (columns_.size() < kMaxColumns) {
      const std::string_view name = take_word(head);
      if (name.empty()) return;
      const auto wanted = std::find_if(kPublishes.begin(), kPublishes.begin() + kPerCpu, [name](const Published& item) {
        return item.name.substr(kPrefix.size()) == name;
      });
      columns_.push_back(wanted == kPublishes.begin() + kPerCpu ? nullptr : &*wanted);
    }
  }

  void publish(std::string_view line, std::uint32_t cpu, EvidenceSink& sink, UnreadValues& unread) const {
    for (const Published* wanted : columns_) {
      const std::string_view word = take_word(line);
      if (wanted == nullptr) continue;
      if (const auto value = number_of(word, kHexadecimal)) {
        sink.sample(wanted->name, {SubjectKind::cpu, cpu}, *value);
      } else {
        unread.add(wanted->name);
      }
    }
  }

  ProcFile file_;
  std::optional<ProcFile> count_;
  std::string head_;
  std::vector<const Published*> columns_;
};

// Connection tracking is not loaded: there is nothing to read, and nothing is missing.
class ConntrackAbsentRun final : public CollectorRun {
 public:
  Result<void> sample(TimeNs, EvidenceSink&) override { return {}; }
};

class ConntrackNetlinkRun final : public CollectorRun {
 public:
  ConntrackNetlinkRun(ConntrackNetlink netlink, std::optional<ProcFile> count)
      : netlink_(std::move(netlink)), count_(std::move(count)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    ConntrackTextRun::publish_count(count_, sink);
    WC_TRY_ASSIGN(const std::vector<ConntrackCounters> all, netlink_.read());
    for (const ConntrackCounters& counters : all) {
      const Subject cpu{SubjectKind::cpu, counters.cpu};
      const std::array values{counters.drop,    counters.early_drop, counters.insert_failed,
                              counters.invalid, counters.found,      counters.search_restart};
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) sink.sample(kPublishes[i].name, cpu, *values[i]);
      }
    }
    return {};
  }

 private:
  ConntrackNetlink netlink_;
  std::optional<ProcFile> count_;
};

Availability can_run(const HostContext& context) {
  if (can_read_text<kSource>(context).is_usable()) return available();
  if (!can_read_text<kCount>(context).is_usable()) return available();  // not loaded: nothing is dropped for it
  auto netlink = ConntrackNetlink::open();
  const auto read = netlink ? netlink->read() : tl::unexpected(netlink.error());
  if (read) return available();
  return unavailable(std::string(kSource) + " is not in this kernel; ctnetlink: " + read.error().message(),
                     "run as root or with CAP_NET_ADMIN");
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  auto count_file = ProcFile::open(path_below(context, kCount));
  std::optional<ProcFile> count;
  if (count_file) count = std::move(*count_file);
  auto file = ProcFile::open(path_below(context, kSource));
  if (file) return std::make_unique<ConntrackTextRun>(std::move(*file), std::move(count));
  if (!count) return std::make_unique<ConntrackAbsentRun>();
  WC_TRY_ASSIGN(ConntrackNetlink netlink, ConntrackNetlink::open());
  return std::make_unique<ConntrackNetlinkRun>(std::move(netlink), std::move(count));
}

}  // namespace

extern constinit const Collector collector_conntrack{
    .id = "conntrack",
    .summary = "packets that connection tracking had no room for",
    .source = kSource,
    .needs = "none, or CAP_NET_ADMIN",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
