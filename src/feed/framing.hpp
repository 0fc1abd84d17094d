// A framing: how one family of market-data feeds writes sequence numbers into datagrams.
//
// Adding a protocol is one file feed/framings/<id>.cpp that defines `framing_<id>`; nothing else is edited. A framing is
// data and pure functions: it knows offsets, what the number of a heartbeat means, how numbers wrap and how messages are
// delimited. It tracks nothing and decides nothing. What goes wrong otherwise: decisions, "What framings mean by a number".
//
// What a framing normalises, so that the tracker has one meaning for each:
//   - a heartbeat becomes Run{kind = heartbeat, first = NEXT expected number, count = 0}, whatever the wire said
//     (next, last, highest published); has_number = false where it carries none;
//   - a heartbeat that consumes a number (CME AdminHeartbeat) is data with is_heartbeat = true;
//   - unsequenced packets (PITCH sequence 0) are Run{kind = unsequenced};
//   - consecutive frames of one datagram with the same channel and adjoining numbers are one Run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "packet/decode.hpp"

namespace wirecause {

enum class SequenceUnit : std::uint8_t { message, packet };

// Wire numbers run from `first` to `last` and then continue at `first`. Mold: 1..2^64-1. Cboe, OPRA: 1..2^32-1. RTP: 0..65535.
struct NumberSpace {
  std::uint64_t first = 1;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  constexpr bool wraps() const { return last != std::numeric_limits<std::uint64_t>::max(); }
};

enum class RunKind : std::uint8_t {
  data,            // units [first, first + count)
  heartbeat,       // consumes nothing; `first` is the next expected number
  unsequenced,     // carries no number; counted as a packet only
  retransmission,  // units sent again on request (SIAC 'V', NYSE 13): they fill holes, they never open any
  reset,           // the framing's own mark: numbering continues at `first`; a new epoch
  end_of_session,  // like heartbeat, and nothing follows in this session
};

// When the publisher says that it sent. Zones are the exchange's: "since midnight" needs its time zone and the day.
struct SendTime {
  enum class Kind : std::uint8_t { none, unix_epoch, since_local_midnight } kind = Kind::none;
  std::int64_t ns = 0;
};

struct Run {
  RunKind kind = RunKind::data;
  bool has_number = true;
  bool is_heartbeat = false;      // consuming heartbeat: data that carries no message
  bool count_is_minimum = false;  // the capture is cut inside the run: at least `count` units
  std::uint32_t channel = 0;      // in-band channel, unit, partition or SSRC; 0 where there is none
  std::uint64_t session = 0;      // identity of the session (a hash where it is text); 0 where there is none
  std::uint64_t first = 0;        // wire number
  std::uint32_t count = 0;        // units consumed
  std::uint32_t messages = 0;     // messages seen (== count for message framings); 0 where unknown
  SendTime send_time;             // of the first message of the run, else of the packet
};

// The runs of one datagram. A datagram with more runs than fit is parsed in pieces: call again with `resume_at`.
struct Parsed {
  static constexpr std::size_t kMaxRuns = 16;
  DecodeOutcome outcome = DecodeOutcome::not_mine;  // ok, not_mine, truncated (runs seen so far are valid), malformed
  bool messages_known = true;  // false where this framing (or a cut packet) does not say how many messages
  std::uint32_t run_count = 0;
  std::size_t resume_at = 0;  // 0: all done
  std::array<Run, kMaxRuns> runs;

  std::span<const Run> all() const { return {runs.data(), run_count}; }
};

// What a framing sees of a datagram.
struct Datagram {
  Bytes payload;                  // captured UDP payload; never longer than wire_length
  std::uint32_t wire_length = 0;  // its length on the wire
  TimeNs time = kNoTime;          // capture time: for plausibility of send times only
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  bool is_multicast = false;
};

// Per-stream memory of a framing (PITCH: the last Time message's second). Zeroed when a stream begins.
struct FramingState {
  std::array<std::uint64_t, 4> words{};
};

// Layout of the user's own feed, for the `generic` framing; fixed framings ignore it.
struct FieldAt {
  std::uint32_t offset = 0;
  std::uint8_t width = 0;  // 1, 2, 4, 8; 0: absent
  bool big_endian = true;
};
struct FramingConfig {
  FieldAt sequence;
  FieldAt count;  // absent: one unit a packet
  FieldAt send_time;
  std::int64_t send_time_unit_ns = 1;  // ns per tick of send_time since the Unix epoch
  FieldAt channel;
  FieldAt session;
  bool zero_count_is_heartbeat = true;
};

enum class Recognition : std::uint8_t {
  no,         // cannot be this framing
  plausible,  // lengths and fields agree; three consistent packets in a row decide
  certain,    // a checksum or a magic agrees: decides at once
};

// Where one message of a datagram lies, for content comparison between lines. Two spans may be compared only where
// channel, sequence and units agree: a span of several units (an OPRA block, a `generic` payload) says nothing about a
// line that packs the same units differently.
struct MessageSpan {
  std::uint64_t sequence = 0;  // wire number of its first unit
  std::uint32_t channel = 0;
  std::uint32_t units = 1;  // numbers that it covers
  Bytes bytes = {};
};

// Two bytes of a payload, in network order, by which a program in the kernel knows a datagram that has a number and consumes
// none, whatever its count says.
struct MarkAt {
  std::uint8_t offset = 0;
  std::uint16_t value = 0;  // 0: the framing has no such datagrams
};

struct Framing {
  std::string_view id;       // "moldudp64": CLI, JSON, docs page
  std::string_view name;     // "MoldUDP64 1.00"
  std::string_view summary;  // <= 72 columns
  std::string_view used_by;  // feeds that use it
  std::string_view source;   // specification and revision
  SequenceUnit unit = SequenceUnit::message;
  NumberSpace numbers{};
  bool counts_messages = true;  // false: messages inside a lost packet are unknown (CME, RTP)
  // 0: resets carry a new session or a mark. Else numbers may silently restart at numbers.first.
  // Reorder window before a hole is spoken of (DESIGN D3).
  std::uint32_t reorder_packets = 64;
  DurationNs reorder_time = milliseconds(1);
  DurationNs heartbeat_interval{0};     // nominal; 0: none or irregular
  std::string_view time_zone{};         // IANA zone of "since midnight" stamps; empty: none
  std::string_view wireshark_filter{};  // display filter of one number, "{}" = the number: "rtp.seq == {}"; or empty
  // Where the first number and the count of a datagram stand in its payload, for a program in the kernel that reads them
  // off a dropped datagram. Width 0: not at a fixed place (several frames a datagram); the first bytes are parsed instead.
  // `generic` has them in its description: see number_fields().
  FieldAt number_at{};
  FieldAt count_at{};
  MarkAt mark_at{};
  // Higher wins when two framings become consistent with the same packet: roughly, bits of structure checked.
  int specificity = 0;
  // Never recognised by itself; only with --framing (generic).
  bool explicit_only = false;

  Recognition (*recognise)(const Datagram&) noexcept = nullptr;
  // Parses from `offset` (0, or Parsed::resume_at). Overwrites outcome, run_count and resume_at of `out`.
  void (*parse)(const Datagram&, std::size_t offset, const FramingConfig&, FramingState&,
                Parsed& out) noexcept = nullptr;
  // Message boundaries, for pairing only (not on the steady path): fills `out`, returns how many. For packet-numbered
  // framings one span, the packet's payload after volatile fields.
  std::size_t (*messages)(const Datagram&, const FramingConfig&, std::span<MessageSpan> out) noexcept = nullptr;
  // The session of a datagram as people write it ("000008367I"); called once for a new session, off the steady path.
  // Null: this framing has no sessions.
  std::string (*session_text)(const Datagram&, const FramingConfig&) = nullptr;
  // Only for explicit_only framings: "seq=0/u32be,count=4/u16be". Null: takes no description.
  Result<FramingConfig> (*configure)(std::string_view description) = nullptr;
};

// All framings, ordered by id (generated, cmake/Registry.cmake).
std::span<const Framing* const> all_framings();
const Framing* find_framing(std::string_view id);  // nullptr: none

// What the numbers of a stream are and count. For `generic` the user's description decides (width of the field, with or
// without a count); for every other framing these are Framing::numbers and Framing::unit.
NumberSpace number_space(const Framing& framing, const FramingConfig& config) noexcept;
SequenceUnit sequence_unit(const Framing& framing, const FramingConfig& config) noexcept;

// Where number, count and mark stand (Framing::number_at, count_at, mark_at; for `generic` as described).
struct NumberFields {
  FieldAt number;
  FieldAt count;
  MarkAt mark;
};
NumberFields number_fields(const Framing& framing, const FramingConfig& config) noexcept;

}  // namespace wirecause
