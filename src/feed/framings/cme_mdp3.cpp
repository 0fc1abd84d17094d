// CME MDP 3.0 over UDP. Little-endian.
//
//   0                   4                     12
//   | packet number u32 | sending time ns u64 | messages: { size u16 (including itself) | SBE header 8 | ... } ...
//   SBE header: block length u16, template u16, schema u16, version u16; sending time since the Unix epoch.
//
// Numbers are per packet and per channel; how many messages a lost packet held is unknown. AdminHeartbeat (template 12)
// consumes a number of its own. Numbers restart with the week. A ChannelReset (template 4) tells that the books of the
// channel are void; it is a reset of the *numbers* only where the packet that carries it starts again below them.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kMessageHeader = 10;
constexpr std::uint16_t kSchema = 1;
constexpr std::uint16_t kChannelReset = 4;  // lowest template of the schema
constexpr std::uint16_t kAdminHeartbeat = 12;
constexpr std::uint16_t kTemplateLimit = 256;  // far above the highest template of any schema version
constexpr std::uint16_t kVersionLimit = 256;
constexpr NumberSpace kNumbers{1, 0xffff'ffff};

using Message = FixedView<kMessageHeader>;

constexpr auto message_total = [](Message m) noexcept -> std::size_t {
  return m.le<std::uint16_t, 0>();
};  // a lambda: inlined into the walk

bool is_mdp3_message(Message m) noexcept {
  const auto id = m.le<std::uint16_t, 4>();
  const auto version = m.le<std::uint16_t, 8>();
  return m.le<std::uint16_t, 2>() + kMessageHeader <= m.le<std::uint16_t, 0>() && id >= kChannelReset &&
         id < kTemplateLimit && m.le<std::uint16_t, 6>() == kSchema && version != 0 && version < kVersionLimit;
}

Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || h->le<std::uint32_t, 0>() == 0 || !is_plausible_unix_ns(h->le<std::uint64_t, 4>())) return Recognition::no;
  std::uint32_t known = 0;
  const auto walk =
      walk_messages<kMessageHeader>(d, kHeader, kToTheEnd, message_total, [&](std::size_t at, std::size_t) {
        if (is_mdp3_message(Message(d.payload.data() + at))) ++known;
      });
  const bool agrees = walk.end != WalkEnd::contradiction && known != 0 && known == walk.messages;
  return agrees ? Recognition::plausible : Recognition::no;
}

// Memory of a channel: the number expected next (0: none seen) and the sending time of the last restart, so that a
// second copy of the same reset packet is not a second restart.
struct Memory {
  std::uint64_t& next;
  std::uint64_t& restarted_at;
};

bool restarts(const Memory& memory, std::uint32_t number, std::uint64_t sent) noexcept {
  return memory.next != 0 && number < memory.next && number + 1U != memory.next && sent > memory.restarted_at;
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState& state, Parsed& out) noexcept {
  begin_parse(d, out);
  const auto h = header<kHeader>(d.payload);
  if (!h) return give_up_short(d, kHeader, out);
  std::uint32_t resets = 0;
  std::uint32_t heartbeats = 0;
  const auto walk =
      walk_messages<kMessageHeader>(d, kHeader, kToTheEnd, message_total, [&](std::size_t at, std::size_t) {
        const auto id = Message(d.payload.data() + at).le<std::uint16_t, 4>();
        if (id == kChannelReset) ++resets;
        if (id == kAdminHeartbeat) ++heartbeats;
      });
  if (walk.end == WalkEnd::contradiction) return give_up(out, DecodeOutcome::malformed);

  const auto number = h->le<std::uint32_t, 0>();
  const auto sent = h->le<std::uint64_t, 4>();
  const Memory memory{state.words[0], state.words[1]};
  const bool restarted = resets != 0 && restarts(memory, number, sent);
  if (restarted) {
    Run& mark = add_run(out);
    mark.kind = RunKind::reset;
    mark.first = number;
    mark.send_time = unix_send_time(sent);
    memory.restarted_at = sent;
  }
  if (restarted || number + std::uint64_t{1} > memory.next) memory.next = number + std::uint64_t{1};

  Run& run = add_run(out);
  run.kind = number == 0 ? RunKind::unsequenced : RunKind::data;
  run.has_number = number != 0;
  run.first = number;
  run.count = number == 0 ? 0 : 1;
  run.messages = walk.messages - heartbeats;
  run.is_heartbeat = heartbeats != 0 && heartbeats == walk.messages;
  run.send_time = unix_send_time(sent);
  out.messages_known = !is_cut(d);
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || is_cut(d) || out.empty()) return 0;
  out[0] = {h->le<std::uint32_t, 0>(), 0, 1, d.payload.subspan(kHeader)};
  return 1;
}

}  // namespace

extern constinit const Framing framing_cme_mdp3{
    .id = "cme_mdp3",
    .name = "CME MDP 3.0",
    .summary = "CME market data: numbered packets of SBE messages, with a send time",
    .used_by = "CME, CBOT, NYMEX, COMEX incremental, instrument and snapshot feeds",
    .source = "CME MDP 3.0 SBE schema 1 (versions 5 to 12), CME client systems wiki",
    .unit = SequenceUnit::packet,
    .numbers = kNumbers,
    .counts_messages = false,
    .heartbeat_interval = seconds(30),
    .number_at = {0, 4, false},
    .specificity = 56,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
};

}  // namespace wirecause
