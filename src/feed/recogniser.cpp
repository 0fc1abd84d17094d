// SPDX-License-Identifier: Apache-2.0
#include "feed/recogniser.hpp"

namespace wirecause {
namespace {

// Numbers of neighbouring packets agree when they are no further apart than losses or swaps make them.
constexpr std::uint64_t kAgreement = 1'024;

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
  const Recognition recognition = framing.explicit_only ? Recognition::plausible : framing.recognise(datagram);
  if (recognition == Recognition::no) {
    // One foreign packet is tolerated in what is held, but agreement starts again.
    track.consistent = 0;
    track.has_last = false;
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
    track.has_last = false;
    return false;
  }
  for (const Run& run : held.runs) {
    if (!run.has_number || run.kind == RunKind::unsequenced || run.kind == RunKind::retransmission) continue;
    track.consistent = agrees(track, run) ? track.consistent + 1 : 1;
    track.has_last = true;
    track.session = run.session;
    track.channel = run.channel;
    track.next = run.first + run.count;
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

bool Recogniser::agrees(const Track& track, const Run& run) {
  if (!track.has_last) return false;
  if (run.session != track.session || run.channel != track.channel) return false;
  const NumberSpace space = number_space(*track.candidate->framing, track.candidate->config);
  const std::uint64_t ahead = run.first - track.next;
  const std::uint64_t behind = track.next - run.first;
  if (ahead <= kAgreement || behind <= kAgreement) return true;
  // Across the wrap.
  return space.wraps() && (run.first - space.first) + (space.last - track.next) + 1 <= kAgreement;
}

}  // namespace wirecause
