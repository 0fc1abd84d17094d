// SPDX-License-Identifier: Apache-2.0
#include "diagnose/host_case.hpp"

#include <algorithm>
#include <map>

#include "base/address.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/points.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

std::string text_at(const EvidenceView& view, std::string_view name, Subject subject) {
  const Record* record = view.find(name, subject);
  return record == nullptr ? std::string() : record->text;
}

// Its own name: a subject is called "interface eth0".
std::string name_of_interface(const EvidenceView& view, Subject interface) {
  constexpr std::string_view kKind = "interface ";
  const std::string& name = view.subject_name(interface);
  return name.starts_with(kKind) ? name.substr(kKind.size()) : name;
}

// The interface's subject by its name, from any record that was published about an interface.
Subject interface_named(const EvidenceView& view, const std::string& name) {
  if (name.empty()) return {};
  for (const std::string_view published : {"interface.xdp", "net.ipv4.conf.rp_filter", "link.operstate"}) {
    for (const EvidenceId id : view.all(published)) {
      const Subject subject = view.record(id).subject;
      if (name_of_interface(view, subject) == name) return subject;
    }
  }
  for (const EvidenceId id : view.all("consumer.interface")) {
    const Record& record = view.record(id);
    if (record.text == name && record.value >= 0) {
      return {SubjectKind::interface, static_cast<std::uint32_t>(record.value)};
    }
  }
  return {};
}

Interface interface_of_consumer(const EvidenceView& view, Subject consumer) {
  const Record* record = view.find("consumer.interface", consumer);
  if (record == nullptr || record->value < 0) return {};
  const Subject subject{SubjectKind::interface, static_cast<std::uint32_t>(record->value)};
  return {subject, record->text.empty() ? name_of_interface(view, subject) : record->text};
}

}  // namespace

Interface interface_of(const EvidenceView& view, Subject subject) {
  if (subject.kind == SubjectKind::consumer) return interface_of_consumer(view, subject);
  if (subject.kind == SubjectKind::interface) return {subject, name_of_interface(view, subject)};
  const Subject point = subject.kind == SubjectKind::point ? subject : point_of(view, subject);
  Interface found;
  found.name = text_at(view, "point.interface", point);
  if (found.name.empty()) found.name = text_at(view, "point.live", point);
  found.subject = interface_named(view, found.name);
  return found;
}

Interface interface_of(const EvidenceView& view, const Episode& episode) {
  const bool has_lines_only = episode.subject.kind == SubjectKind::feed && !episode.lines.empty();
  return interface_of(view, has_lines_only ? episode.lines.front().line : episode.subject);
}

std::string group_of(const EvidenceView& view, const Episode& episode) {
  if (std::string group = text_at(view, "consumer.group", episode.subject); !group.empty()) return group;
  return text_at(view, "line.group", episode.lines.empty() ? episode.subject : episode.lines.front().line);
}

bool is_group(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  return parsed && parsed->is_multicast();
}

std::optional<Growth> proved_growth(const EvidenceView& view, std::vector<EvidenceId> records) {
  Growth growth;
  std::uint64_t contested = 0;
  for (const EvidenceId id : records) {
    const Record& record = view.record(id);
    const std::uint64_t shared = std::min(record.count, as_count(record.value));
    contested = capped_sum(contested, shared);
    growth.packets = capped_sum(growth.packets, as_count(record.value) - shared);
  }
  if (growth.packets == 0 && contested > 0) return std::nullopt;
  growth.records = std::move(records);
  return growth;
}

std::optional<Growth> growth_of(const EvidenceView& view, const Episode& episode, std::string_view name) {
  std::map<Subject, EvidenceId> by_subject;  // the same counter may hang on the episode once a line
  for (const EvidenceId id : episode.evidence) {
    if (view.record(id).name == name) by_subject[view.record(id).subject] = id;
  }
  if (by_subject.empty()) return std::nullopt;
  // Where the host's own is there it is the sum of the others.
  if (const auto host = by_subject.find(kHost); host != by_subject.end()) by_subject = {*host};
  std::vector<EvidenceId> records;
  for (const auto& [subject, id] : by_subject) records.push_back(id);
  return proved_growth(view, std::move(records));
}

std::optional<EvidenceId> held_during(const EvidenceView& view, const Episode& episode, std::string_view name,
                                      Subject subject) {
  std::optional<EvidenceId> held;
  for (const EvidenceId id : view.all(name)) {
    const Record& record = view.record(id);
    if (record.subject != subject) continue;
    if (record.from > episode.last && held) break;
    held = id;
  }
  return held;
}

std::optional<std::int64_t> value_during(const EvidenceView& view, const Episode& episode, std::string_view name,
                                         Subject subject) {
  const auto held = held_during(view, episode, name, subject);
  return held ? std::optional(view.record(*held).value) : std::nullopt;
}

std::optional<EvidenceId> unseen_consumer(const EvidenceView& view, Subject feed) {
  const auto id = view.id("consumer.unseen", feed);
  const bool is_unseen = id && (view.record(*id).value != 0 || !view.record(*id).text.empty());
  return is_unseen ? id : std::nullopt;
}

std::optional<EvidenceId> unseen_consumer_of(const EvidenceView& view, Subject consumer) {
  if (const auto own = unseen_consumer(view, consumer)) return own;
  const auto feed = view.value("consumer.feed", consumer);
  if (!feed || *feed < 0) return std::nullopt;
  return unseen_consumer(view, {SubjectKind::feed, static_cast<std::uint32_t>(*feed)});
}

Judgement cannot_tell_unseen(const EvidenceView& view, Subject subject, EvidenceId unseen) {
  Reason because{"a kernel-bypass process may own this feed, and what reaches it is invisible here: {who}",
                 {word("who", view.record(unseen).text)}};
  Judgement j = cannot_tell(subject, std::move(because),
                            "the bypass stack's own counters (onload_stackdump lots, vma_stats, or the application's)");
  j.evidence = {unseen};
  return j;
}

bool is_drop_by_counter(const Episode& episode) { return is_drop(episode) && episode.drop->reason.empty(); }

Judgement explains_host_drop(const Episode& episode) {
  Judgement judgement = explains_drop(episode, Place::on_this_host);
  if (episode.subject.kind != SubjectKind::line) return judgement;
  judgement.severity = Severity::info;
  judgement.claims.clear();
  judgement.recovered = 0;
  judgement.share = episode.drop->units;
  return judgement;
}

Judgement explains_drop_by_count(const Episode& episode, const Growth& growth) {
  Judgement judgement = explains_host_drop(episode);
  judgement.strength = Strength::by_count;
  add_records(judgement, growth.records);
  const DropFacts& drop = *episode.drop;
  if (growth.packets >= drop.datagrams || drop.datagrams == 0) return judgement;
  const std::uint64_t units = capped_product(growth.packets, drop.units) / drop.datagrams;
  judgement.share = std::min(judgement.share, units);
  judgement.bound = CountBound{growth.records.front(), units};
  return judgement;
}

void add_states(Judgement& judgement, const EvidenceView& view, const Episode& episode, Subject subject,
                std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto id = held_during(view, episode, name, subject)) judgement.evidence.push_back(*id);
  }
}

void add_records(Judgement& judgement, const std::vector<EvidenceId>& records) {
  judgement.evidence.insert(judgement.evidence.end(), records.begin(), records.end());
}

}  // namespace wirecause
