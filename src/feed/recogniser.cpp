// SPDX-License-Identifier: Apache-2.0
#include "feed/recogniser.hpp"

namespace wirecause {
namespace {

// Numbers of neighbouring packets agree when they are no further apart than losses or swaps make them.
constexpr std::uint64_t kAgreement = 1'024;

// Units, partitions or SSRCs that are told apart while a stream is undecided.
constexpr std::size_t kMaxChannels = 8;

}  // namespace

Recogniser::Recogniser(std::span<const Candidate> candidates) {
  tracks_.reserve(candidates.size());
  for (const Candidate& candidate : candidates) tracks_.emplace_back().candidate = &candidate;
}

Recogniser::Decision Recogniser::look(const Datagram& datagram) {
  const Track* best = nullptr;
  for (Track& track : tracks_) {
    if (!follow(track, datagram)) continue;
    if (best == nullptr || track.candidate->framing->specificity > best->candidate->framing->specificity) best = &track;
  }
  ++packets_;
  if (best != nullptr) {
    choice_ = best;
    return Decision::recognised;
  }
  return packets_ >= kMaxPackets ? Decision::none : Decision::open;
}

bool Recogniser::follow(Track& track, const Datagram& datagram) {
  const Framing& framing = *track.candidate->framing;
  // What only the user can name carries no marks: its numbers alone must agree.
  // The same where the user named the framing: then its own parser judges.
  const bool is_named = framing.explicit_only || track.candidate->is_destination_named;
  const Recognition recognition = is_named ? Recognition::plausible : framing.recognise(datagram);
  if (recognition == Recognition::no) {
    // One foreign packet is tolerated in what is held, but agreement starts again.
    track.consistent = 0;
    track.channels.clear();
    return false;
  }
  Held held;
  held.packet = packets_;
  Parsed parsed;
  do {
    framing.parse(datagram, parsed.resume_at, track.candidate->config, track.state, parsed);
    held.outcome = parsed.outcome;
    held.messages_known = held.messages_known && parsed.messages_known;
    held.runs.insert(held.runs.end(), parsed.all().begin(), parsed.all().end());
  } while (parsed.resume_at != 0 && held.runs.size() < kMaxHeldRuns);
  if (held.outcome != DecodeOutcome::ok && held.outcome != DecodeOutcome::truncated) {
    track.consistent = 0;
    track.channels.clear();
    return false;
  }
  for (const Run& run : held.runs) {
    if (!run.has_number || run.kind == RunKind::unsequenced || run.kind == RunKind::retransmission) continue;
    count(track, run);
    break;
  }
  hold(track, held);
  return recognition == Recognition::certain || track.candidate->plausible_is_enough || track.consistent >= kConsistent;
}

void Recogniser::hold(Track& track, const Held& held) {
  // The deciding packet is always held; earlier ones only as far as there is room.
  while (!track.held.empty() && track.held_runs + held.runs.size() > kMaxHeldRuns) {
    track.held_runs -= track.held.front().runs.size();
    track.held.erase(track.held.begin());
  }
  track.held.push_back(held);
  track.held_runs += held.runs.size();
}

// One run of a packet. Channels take turns in a stream: each is compared with its own last run.
void Recogniser::count(Track& track, const Run& run) {
  const Numbered now{run.channel, run.session, run.first, run.first + run.count};
  for (Numbered& last : track.channels) {
    if (last.channel != run.channel) continue;
    if (!agrees(*track.candidate, last, run)) {
      track.consistent = 1;
    } else if (run.count == 0 || run.first != last.first) {
      ++track.consistent;  // units that come twice say nothing: a constant field looks like that
    }
    last = now;
    return;
  }
  if (track.channels.empty()) track.consistent = 1;
  if (track.channels.size() < kMaxChannels) track.channels.push_back(now);
}

bool Recogniser::agrees(const Candidate& candidate, const Numbered& last, const Run& run) {
  if (run.session != last.session) return false;
  const NumberSpace space = number_space(*candidate.framing, candidate.config);
  const std::uint64_t ahead = run.first - last.next;
  const std::uint64_t behind = last.next - run.first;
  if (ahead <= kAgreement || behind <= kAgreement) return true;
  // Across the wrap.
  return space.wraps() && (run.first - space.first) + (space.last - last.next) + 1 <= kAgreement;
}

}  // namespace wirecause
