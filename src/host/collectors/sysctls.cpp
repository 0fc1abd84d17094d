// Collector: settings of the kernel that bound queues, memory and memberships, as they are now: a fix raises one of them,
// and its undo puts back what is read here.
//
// A state is published when it is first read and when it has changed. A setting that is not there (a module that is not
// loaded, a network namespace that does not show it) is unknown. The reverse-path filter that applies to an interface is
// the larger of `all` and its own (net/ipv4/fib_frontend.c, IN_DEV_RPFILTER).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/collected_record.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSource = "/proc/sys/net";

// Of the host; the name is the path with dots.
constexpr std::array kHostSettings{
    Published{"net.core.rmem_max", Shape::state, Unit::bytes, "largest receive buffer that an application may ask for"},
    Published{"net.core.rmem_default", Shape::state, Unit::bytes, "receive buffer of a socket that asks for none"},
    Published{"net.core.netdev_max_backlog", Shape::state, Unit::packets, "length of the per-CPU receive backlog"},
    Published{"net.core.netdev_budget", Shape::state, Unit::packets, "packets that one run of NAPI may take"},
    Published{"net.core.netdev_budget_usecs", Shape::state, Unit::none, "microseconds that one run of NAPI may take"},
    Published{"net.ipv4.igmp_max_memberships", Shape::state, Unit::none, "groups that one socket may join"},
    Published{"net.ipv4.udp_mem", Shape::state, Unit::none,
              "memory of all UDP sockets, in pages: text min, pressure, max"},
    Published{"net.ipv4.conf.all.rp_filter", Shape::state, Unit::none,
              "reverse-path filter of all interfaces: 0, 1 strict, 2 loose"},
    Published{"net.netfilter.nf_conntrack_max", Shape::state, Unit::none, "most connections that are tracked"},
};
constexpr Published kRpFilter{"net.ipv4.conf.rp_filter", Shape::state, Unit::none,
                              "reverse-path filter of the interface itself"};
constexpr Published kEffective{"rp_filter.effective", Shape::state, Unit::none,
                               "reverse-path filter that applies to the interface: the larger of its own and all's"};

constexpr auto kPublishes = [] {
  std::array<Published, kHostSettings.size() + 2> all{};
  std::copy(kHostSettings.begin(), kHostSettings.end(), all.begin());
  all[kHostSettings.size()] = kRpFilter;
  all[kHostSettings.size() + 1] = kEffective;
  return all;
}();

constexpr std::string_view kAllRpFilter = "net.ipv4.conf.all.rp_filter";

// A setting and what it was when it was last told.
struct Setting {
  Published published;
  Subject subject;
  std::string path;
  std::optional<ProcFile> file;
  std::string told;
  std::optional<std::int64_t> value;  // as of the last reading; the last of several numbers
};

std::string path_of(const HostContext& context, std::string_view name) {
  std::string path = context.proc + "/sys/";
  for (const char c : name) path += c == '.' ? '/' : c;
  return path;
}

class SysctlsRun final : public CollectorRun {
 public:
  explicit SysctlsRun(const HostContext& context) : effective_told_(context.interfaces.size()) {
    for (const Published& item : kHostSettings) add(item, kHost, path_of(context, item.name));
    for (std::uint32_t i = 0; i < context.interfaces.size(); ++i) {
      // A VLAN interface has dots in its name, which are no folders.
      add(kRpFilter, {SubjectKind::interface, i},
          context.proc + "/sys/net/ipv4/conf/" + context.interfaces[i].name + "/rp_filter");
    }
  }

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    std::optional<std::int64_t> all_rp_filter;
    for (Setting& setting : settings_) {
      const std::string text = read(setting);
      if (setting.published.name == kAllRpFilter) all_rp_filter = setting.value;
      if (!setting.value || text == setting.told) continue;
      setting.told = text;
      sink.record(collected(Shape::state, setting.published.name, setting.subject, *setting.value, text, now, kSource));
    }
    for (const Setting& setting : settings_) tell_effective(setting, all_rp_filter, now, sink);
    return {};
  }

  bool has_any() const {
    return std::ranges::any_of(settings_, [](const Setting& setting) { return setting.file.has_value(); });
  }

 private:
  void add(const Published& item, Subject subject, std::string path) {
    auto file = ProcFile::open(path);
    Setting& setting = settings_.emplace_back(Setting{item, subject, std::move(path), std::nullopt, {}, {}});
    if (file) setting.file = std::move(*file);
  }

  // Words with one blank between.
  static std::string read(Setting& setting) {
    setting.value.reset();
    std::string text;
    auto whole = setting.file ? setting.file->read() : fail(Errc::not_found, "");
    auto line = whole ? take_line(*whole) : std::nullopt;
    if (!line) return text;
    for (std::string_view word = take_word(*line); !word.empty(); word = take_word(*line)) {
      setting.value = number_of(word);
      if (!setting.value) return text;
      text.append(text.empty() ? "" : " ").append(word);
    }
    return text;
  }

  void tell_effective(const Setting& setting, std::optional<std::int64_t> all, TimeNs now, EvidenceSink& sink) {
    if (setting.subject.kind != SubjectKind::interface || !all || !setting.value) return;
    const std::int64_t effective = std::max(*all, *setting.value);
    auto& told = effective_told_[setting.subject.id];
    if (told == effective) return;
    told = effective;
    sink.record(collected(Shape::state, kEffective.name, setting.subject, effective, {}, now, kSource));
  }

  std::vector<Setting> settings_;
  std::vector<std::optional<std::int64_t>> effective_told_;
};

Availability can_run(const HostContext& context) {
  if (SysctlsRun(context).has_any()) return available();
  return unavailable("no setting below " + std::string(kSource) + " can be read", "mount /proc with its sys folder");
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) { return std::make_unique<SysctlsRun>(context); }

}  // namespace

extern constinit const Collector collector_sysctls{
    .id = "sysctls",
    .summary = "present settings: buffers, backlog, rp_filter, memberships, conntrack",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::slow,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
