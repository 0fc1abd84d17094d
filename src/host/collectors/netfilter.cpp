// Collector: whether netfilter filters here at all, and which of its rules drop how many packets.
//
// A rule with a counter of its own names itself: those that grew are told at each reading, the busiest first. A rule without a counter
// cannot be told from its neighbours: how many there are is published, so that a cause says "cannot tell which". nfnetlink
// takes CAP_NET_ADMIN at every reading, of who opened the socket and of who asks: a run that has dropped its capabilities
// keeps what open() read. A ruleset of more than kMostRules is read once: reading it again and again would hold the
// kernel's lock on it too long.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "host/collector.hpp"
#include "host/kernel/collected_record.hpp"
#include "host/kernel/kernel_text.hpp"
#include "host/kernel/nftables.hpp"
#include "host/kernel/proc_file.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSource = "nfnetlink NFT_MSG_GETRULE";
constexpr std::size_t kMostRules = 10'000;
constexpr std::size_t kMostTold = 64;  // rules by name

constexpr std::array kPublishes{
    Published{"netfilter.tables", Shape::state, Unit::none,
              "tables of nftables and iptables: value how many, text which"},
    Published{"netfilter.drop_rules", Shape::state, Unit::none,
              "rules and policies that drop and count: value how many, text \"inet filter input handle 7: drop, ...\""},
    Published{
        "netfilter.rule_packets", Shape::summary, Unit::packets,
        "a rule whose counter grew between two readings: value by how much, text which rule; the busiest 64 of them"},
    Published{"netfilter.uncounted_drop_rules", Shape::state, Unit::none,
              "rules and policies that drop without a counter: value how many, text the first of them"},
};

// Tables of iptables-legacy, from a file with one name a line that only root may read.
std::string legacy_tables(const std::string& proc, std::string_view program, std::string_view file,
                          std::int64_t& count) {
  const std::string names = text_or_nothing(proc + "/net/" + std::string(file));
  std::string text;
  for (std::string_view rest = names; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) {
      text.append(text.empty() ? std::string(program) + " " : ", ").append(rest.substr(0, end));
      ++count;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

void append(std::string& text, const std::string& more, std::string_view between) {
  if (more.empty()) return;
  text.append(text.empty() ? "" : between).append(more);
}

// What nftables holds at one time; nothing of it where the kernel has no nftables.
struct Ruleset {
  std::vector<NftTable> tables;
  std::vector<NftDropRule> drops;
  std::size_t rules = 0;  // of any verdict
};

Result<Ruleset> read_ruleset(Nftables& nftables, bool with_rules) {
  Ruleset ruleset;
  auto tables = nftables.tables();
  if (!tables && tables.error().code() == Errc::unsupported) return ruleset;
  if (!tables) return tl::unexpected(std::move(tables).error().context("nftables"));
  ruleset.tables = std::move(*tables);
  if (!with_rules || ruleset.tables.empty()) return ruleset;
  WC_TRY_ASSIGN(ruleset.drops, nftables.drop_rules(ruleset.rules));
  return ruleset;
}

class NetfilterRun final : public CollectorRun {
 public:
  NetfilterRun(Nftables nftables, Ruleset ruleset, const std::string& proc)
      : nftables_(std::move(nftables)), ruleset_(std::move(ruleset)) {
    append(legacy_, legacy_tables(proc, "iptables", "ip_tables_names", legacy_count_), "; ");
    append(legacy_, legacy_tables(proc, "ip6tables", "ip6_tables_names", legacy_count_), "; ");
  }

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    const bool is_followed = ruleset_.rules <= kMostRules;
    auto read = read_ruleset(nftables_, is_followed);
    if (!read && read.error().code() != Errc::permission) return tl::unexpected(std::move(read).error());
    if (read && is_followed) ruleset_ = std::move(*read);
    tell_tables(now, sink);
    tell_rules(now, sink);
    last_ = now;
    return {};
  }

 private:
  struct Places {
    std::int64_t count = 0;
    std::string text;  // of the first kMostTold
    void add(const std::string& place) {
      if (count++ < static_cast<std::int64_t>(kMostTold)) append(text, place, ", ");
    }
  };

  void tell_tables(TimeNs now, EvidenceSink& sink) {
    std::string nft;
    for (std::size_t i = 0; i < std::min(ruleset_.tables.size(), kMostTold); ++i) {
      append(nft, ruleset_.tables[i].family + " " + ruleset_.tables[i].name, ", ");
    }
    std::string text = nft.empty() ? "" : "nft " + nft;
    append(text, legacy_, "; ");
    if (told_tables_ == text) return;
    told_tables_ = text;
    const auto count = static_cast<std::int64_t>(ruleset_.tables.size()) + legacy_count_;
    sink.record(collected(Shape::state, "netfilter.tables", kHost, count, std::move(text), now, kSource));
  }

  void tell_rules(TimeNs now, EvidenceSink& sink) {
    Places counted;
    Places uncounted;
    std::map<std::string, std::int64_t> counts;
    std::vector<std::pair<std::int64_t, std::string>> grown;
    for (const NftDropRule& rule : ruleset_.drops) {
      std::string place = rule.place() + ": " + std::string(rule.verdict);
      (rule.packets ? counted : uncounted).add(place);
      if (!rule.packets) continue;
      if (const std::int64_t growth = growth_of(place, *rule.packets); growth > 0) grown.emplace_back(growth, place);
      counts.emplace(std::move(place), *rule.packets);
    }
    counts_ = std::move(counts);  // a rule that is gone is forgotten: its handle never comes back
    tell_grown(std::move(grown), now, sink);
    tell_places("netfilter.drop_rules", counted, told_counted_, now, sink);
    tell_places("netfilter.uncounted_drop_rules", uncounted, told_uncounted_, now, sink);
  }

  static void tell_places(std::string_view name, const Places& places, std::optional<std::string>& told, TimeNs now,
                          EvidenceSink& sink) {
    if (told == places.text) return;
    told = places.text;
    sink.record(collected(Shape::state, name, kHost, places.count, places.text, now, kSource));
  }

  // Since the last reading; 0 for a rule that was not there then.
  std::int64_t growth_of(const std::string& place, std::int64_t packets) const {
    const auto known = counts_.find(place);
    return known == counts_.end() ? 0 : packets - known->second;
  }

  void tell_grown(std::vector<std::pair<std::int64_t, std::string>> grown, TimeNs now, EvidenceSink& sink) const {
    std::stable_sort(grown.begin(), grown.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    if (grown.size() > kMostTold) grown.resize(kMostTold);
    for (auto& [growth, place] : grown) {
      Record record =
          collected(Shape::summary, "netfilter.rule_packets", kHost, growth, std::move(place), last_, kSource);
      record.to = now;
      record.unit = Unit::packets;
      sink.record(std::move(record));
    }
  }

  Nftables nftables_;
  Ruleset ruleset_;  // as last read
  std::string legacy_;
  std::int64_t legacy_count_ = 0;
  TimeNs last_ = kNoTime;
  std::optional<std::string> told_tables_;
  std::optional<std::string> told_counted_;
  std::optional<std::string> told_uncounted_;
  std::map<std::string, std::int64_t> counts_;  // packets of each counted rule at the last reading
};

Availability can_run(const HostContext&) {
  auto nftables = Nftables::open();
  const auto tables = nftables ? nftables->tables() : tl::unexpected(nftables.error());
  if (tables || tables.error().code() == Errc::unsupported) return available();
  return unavailable("nftables: " + tables.error().message(), "run as root or with CAP_NET_ADMIN");
}

Result<std::unique_ptr<CollectorRun>> open(const HostContext& context) {
  WC_TRY_ASSIGN(Nftables nftables, Nftables::open());
  WC_TRY_ASSIGN(Ruleset ruleset, read_ruleset(nftables, true));
  return std::make_unique<NetfilterRun>(std::move(nftables), std::move(ruleset), context.proc);
}

}  // namespace

extern constinit const Collector collector_netfilter{
    .id = "netfilter",
    .summary = "nftables and iptables: tables, rules that drop, what they dropped",
    .source = kSource,
    .needs = "CAP_NET_ADMIN",
    .publishes = kPublishes,
    .pace = Pace::slow,
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
