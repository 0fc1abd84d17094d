// What the causes on this host's receive path, from the driver to UDP, have in common: on which interface the packets
// came, how far a counter of the kernel grew around the episode, how a setting stood then, and a drop that is proved.
//
// Growths are what the engine measured for one episode (over the whole host, an interface or a CPU); settings are states
// on the timeline. What was not measured is nothing, never 0 (DESIGN D11).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/judgement.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

struct Interface {
  Subject subject;   // kind run: not known
  std::string name;  // empty: not known
};

// Of a consumer the one on which its line arrives; of a line or point the one that was tapped.
Interface interface_of(const EvidenceView& view, Subject subject);
// Of an episode of drops or absence its subject's; of another one its first line's.
Interface interface_of(const EvidenceView& view, const Episode& episode);

// Destination of an episode's packets; empty: not known.
std::string group_of(const EvidenceView& view, const Episode& episode);
bool is_group(std::string_view address);  // a multicast address

// How far counters of that name moved around the episode: the host's, else all its CPUs' or interfaces' together. What
// another symptom less than a second away may have caused as well (the record's count) is left out; nothing: not measured,
// or nothing of what moved is this episode's alone.
struct Growth {
  std::uint64_t packets = 0;
  std::vector<EvidenceId> records;  // never empty
};
std::optional<Growth> growth_of(const EvidenceView& view, const Episode& episode, std::string_view name);
std::optional<Growth> proved_growth(const EvidenceView& view, std::vector<EvidenceId> records);

// The record that held at the episode's end, else the first one after it.
std::optional<EvidenceId> held_during(const EvidenceView& view, const Episode& episode, std::string_view name,
                                      Subject subject);
std::optional<std::int64_t> value_during(const EvidenceView& view, const Episode& episode, std::string_view name,
                                         Subject subject);

// Whether a kernel-bypass process may own the feed, so that what it receives is invisible: nothing may be concluded.
std::optional<EvidenceId> unseen_consumer(const EvidenceView& view, Subject feed);         // or of a consumer itself
std::optional<EvidenceId> unseen_consumer_of(const EvidenceView& view, Subject consumer);  // of the feed that it reads
Judgement cannot_tell_unseen(const EvidenceView& view, Subject subject, EvidenceId unseen);

// A drop episode that only counters show: the kernel's word for it is not known.
bool is_drop_by_counter(const Episode& episode);

// explains_drop() on this host; of a line that nobody reads here it is only worth knowing, for nobody lacks the units.
Judgement explains_host_drop(const Episode& episode);

// The same where a counter of the whole host is all there is: it pays for no more datagrams than it moved.
Judgement explains_drop_by_count(const Episode& episode, const Growth& growth);

// A figure that is a word: a name, an address.
inline Figure word(std::string_view name, std::string text) {
  return {name, 0, Fold::largest, Unit::none, std::move(text)};
}

// Adds the records of these names and this subject that held during the episode.
void add_states(Judgement& judgement, const EvidenceView& view, const Episode& episode, Subject subject,
                std::span<const std::string_view> names);

void add_records(Judgement& judgement, const std::vector<EvidenceId>& records);

}  // namespace wirecause
