// Collector: whether netfilter filters here at all, and which of its rules drop how many packets.
//
// A rule with a counter of its own names itself: it is told when it is first seen, and each time that its counter has
// grown. A rule without a counter cannot be told from its neighbours: how many there are is published, so that a cause
// says "cannot tell which". Takes CAP_NET_ADMIN at every reading. A ruleset of more than kMostRules is read once: reading
// it again and again would hold the kernel's lock on it too long.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>
#include <optional>
#include <string>

#include "host/collector.hpp"
#include "host/kernel_text.hpp"
#include "host/nftables.hpp"
#include "host/proc_file.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSource = "nfnetlink NFT_MSG_GETRULE";
constexpr std::size_t kMostRules = 10'000;
constexpr std::size_t kMostTold = 64;  // rules by name

constexpr std::array kPublishes{
    Published{"netfilter.tables", Shape::state, Unit::none,
              "tables of nftables and iptables: value how many, text which"},
    Published{
        "netfilter.drop_rule", Shape::state, Unit::packets,
        "a rule or policy that drops and counts: text \"inet filter input handle 7: drop\", value packets so far"},
    Published{"netfilter.rule_packets", Shape::summary, Unit::packets,
              "the counter of such a rule grew between two readings: value by how much, text as above"},
    Published{"netfilter.uncounted_drop_rules", Shape::state, Unit::none,
              "rules and policies that drop without a counter: value how many, text the first of them"},
};

// Tables of iptables-legacy, from a file with one name a line that only root may read.
std::string legacy_tables(const std::string& proc, std::string_view program, std::string_view file,
                          std::int64_t& count) {
  const std::string names = text_of_file(proc + "/net/" + std::string(file));
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

class NetfilterRun final : public CollectorRun {
 public:
  NetfilterRun(Nftables nftables, std::string proc) : nftables_(std::move(nftables)), proc_(std::move(proc)) {}

  Result<void> sample(TimeNs now, EvidenceSink& sink) override {
    auto tables = nftables_.tables();
    const bool has_no_nftables = !tables && tables.error().code() == Errc::unsupported;
    if (!tables && !has_no_nftables) return tl::unexpected(std::move(tables).error().context("nftables"));
    tell_tables(tables ? *tables : std::vector<NftTable>{}, now, sink);
    if (has_no_nftables || tables->empty() || is_too_large_) return {};
    std::size_t rules_seen = 0;
    WC_TRY_ASSIGN(const std::vector<NftDropRule> rules, nftables_.drop_rules(rules_seen));
    tell_rules(rules, now, sink);
    last_ = now;
    is_too_large_ = rules_seen > kMostRules;
    if (!is_too_large_) return {};
    return fail(Errc::unsupported, "nftables: " + std::to_string(rules_seen) +
                                       " rules are too many to be read every 10 s; their counters are not followed");
  }

 private:
  void tell_tables(const std::vector<NftTable>& tables, TimeNs now, EvidenceSink& sink) {
    auto count = static_cast<std::int64_t>(tables.size());
    std::string nft;
    for (std::size_t i = 0; i < std::min(tables.size(), kMostTold); ++i) {
      append(nft, tables[i].family + " " + tables[i].name, ", ");
    }
    std::string text = nft.empty() ? "" : "nft " + nft;
    append(text, legacy_tables(proc_, "iptables", "ip_tables_names", count), "; ");
    append(text, legacy_tables(proc_, "ip6tables", "ip6_tables_names", count), "; ");
    if (told_tables_ == text) return;
    told_tables_ = text;
    sink.record(fact(Shape::state, "netfilter.tables", count, std::move(text), now));
  }

  void tell_rules(const std::vector<NftDropRule>& rules, TimeNs now, EvidenceSink& sink) {
    std::int64_t uncounted = 0;
    std::string uncounted_text;
    std::map<std::string, std::int64_t> counts;
    for (const NftDropRule& rule : rules) {
      std::string place = rule.place() + ": " + std::string(rule.verdict);
      if (rule.packets) {
        tell_counted(place, *rule.packets, counts.size() < kMostTold, now, sink);
        counts.emplace(std::move(place), *rule.packets);
      } else if (++uncounted <= static_cast<std::int64_t>(kMostTold)) {
        append(uncounted_text, place, ", ");
      }
    }
    counts_ = std::move(counts);  // a rule that is gone is forgotten: its handle never comes back
    if (told_uncounted_ == uncounted_text) return;
    told_uncounted_ = uncounted_text;
    sink.record(fact(Shape::state, "netfilter.uncounted_drop_rules", uncounted, std::move(uncounted_text), now));
  }

  void tell_counted(const std::string& place, std::int64_t packets, bool by_name, TimeNs now,
                    EvidenceSink& sink) const {
    const auto known = counts_.find(place);
    if (known == counts_.end()) {
      if (by_name) sink.record(fact(Shape::state, "netfilter.drop_rule", packets, place, now));
    } else if (packets > known->second) {
      Record record = fact(Shape::summary, "netfilter.rule_packets", packets - known->second, place, last_);
      record.to = now;
      record.unit = Unit::packets;
      sink.record(std::move(record));
    }
  }

  static Record fact(Shape shape, std::string_view name, std::int64_t value, std::string text, TimeNs from) {
    Record record;
    record.shape = shape;
    record.name = name;
    record.subject = kHost;
    record.from = from;
    record.value = value;
    record.source = kSource;
    record.text = std::move(text);
    return record;
  }

  Nftables nftables_;
  std::string proc_;
  TimeNs last_ = kNoTime;
  bool is_too_large_ = false;
  std::optional<std::string> told_tables_;
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
  return std::make_unique<NetfilterRun>(std::move(nftables), context.proc);
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
