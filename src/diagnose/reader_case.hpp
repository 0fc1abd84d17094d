// Who is to blame for a full receive buffer. The kernel has one reason for it (SKB_DROP_REASON_SOCKET_RCVBUFF), four
// causes share it, and they get one answer here, so that they never contradict each other and never two are named.
//
// All four remain until a measurement excludes one; what was not measured excludes nothing, so less evidence never
// names more. Everything is a ratio of measured figures: C = rcvbuf / truesize datagrams fit the buffer, at the rate at
// which they come over the seconds around they fill it in C / rate.
//   pause    longest time without a read while datagrams waited. What comes in it at that rate fills
//              half of C or more   -> the reader stopped: not a burst, not slow
//              less than a quarter -> reads went on: not stalled, not starved (nor stolen by a hypervisor)
//              between             -> excludes nothing
//   spent    of the pause, the larger part: runnable without a CPU -> not stalled; asleep, blocked or stopped, or
//            running its own code -> not starved
//   denied   from the last time that the queue was nearly empty to the end of the drops: runnable without a CPU, or
//            throttled by its cgroup's quota, for the larger part, and what comes in that time fills half of C or more. No
//            single pause need do so: a quota makes one in every period, and a large buffer outlasts several.
//            And it reads faster than they come for as long as it has a CPU -> not a burst, not slow; unless the longest
//            pause says that it slept, not stalled. If it reads slower even then, a CPU alone would not help
//            -> starved is not named alone
//   queue    over half full in most samples -> not a burst; in fewer -> not slow. Where the rates contradict the queue
//            neither is excluded.
// The one that remains is named if what it says was measured. burst: more than C came in a stretch, and the reader keeps
// up: it reads faster than they come, or the queue was empty before and after and less was dropped than read. slow: both
// rates. stalled and starved: unless it slept, less was stolen by a hypervisor than the pause needs (host_steal).
// Careful: sk_rmem_alloc shows up to a quarter more than waits, because the kernel gives the memory of what was read
// back in steps of sk_rcvbuf / 4 (udp_rmem_release, net/ipv4/udp.c); "over half full" stays true for over a quarter.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/judgement.hpp"
#include "diagnose/reader_evidence.hpp"

namespace wirecause {

enum class Blame : std::uint8_t { burst, slow, stalled, starved };
inline constexpr std::array<std::string_view, 4> kBlamed{"socket_rcvbuf_burst", "app_slow_consumer", "app_stalled",
                                                         "app_cpu_starved"};

enum class Pause : std::uint8_t { unknown, harmless, between, decisive };
enum class Spent : std::uint8_t { unknown, waiting, sleeping, running };
// keeps_up: as fast as they come while it has a CPU; too_slow: not even then.
enum class Denied : std::uint8_t { no, keeps_up, too_slow, unknown };
enum class Queue : std::uint8_t { unknown, contradicted, emptied, stood };

struct ReaderCase {
  ReaderEvidence measured;
  Pause pause = Pause::unknown;
  Spent spent = Spent::unknown;
  Denied denied = Denied::no;
  Queue queue = Queue::unknown;
  bool is_steal_excluded = false;
  std::array<bool, kBlamed.size()> remains{true, true, true, true};

  bool is_left(Blame blame) const { return remains[static_cast<std::size_t>(blame)]; }
  bool is_alone(Blame blame) const;
  bool is_denied() const;  // it had no CPU for most of the time in which the buffer filled, and would keep up with one
  bool keeps_up() const;   // over the seconds around; false where that is not known
};

// Of measurements; whoever was blamed for what.
ReaderCase reader_case(ReaderEvidence measured);

// Whether what the one that remains says was measured.
bool is_proved(const ReaderCase& reader, Blame blame);

// What one of the four causes says of an episode.
struct Accusation {
  Blame blame = Blame::burst;
  Place place = Place::application;
  Reason (*because)(const ReaderCase&) = nullptr;  // of what is proved
  std::span<const std::string_view> shown;         // names of the records that stand beside it
};
std::vector<Judgement> judge_reader(const EvidenceView& view, const Episode& episode, const Accusation& accusation);

}  // namespace wirecause
