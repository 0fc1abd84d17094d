// generic: a feed of the user's own, described by where its fields lie.
//
//   seq=0/u32be,count=4/u16be,time=8/u64be:ns,channel=16/u8,session=20/u32le
//
// `seq` alone is a number a packet; with `count` it is the number of the first of `count` messages. Numbers run over
// the whole field, from 0 to its largest value and on with 0; 64 bits never wrap. A packet with count 0 is a heartbeat
// that carries the next number, or, with `zero=unsequenced`, is not looked at (feeds whose heartbeat carries the last
// number). Never recognised by itself: it would fit anything.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"
#include "feed/generic_layout.hpp"

#include <fmt/format.h>

namespace wirecause {
namespace {

// Little-endian or big-endian value of a present field that was captured; 0 for an absent one.
std::uint64_t value_of(const Datagram& d, const FieldAt& field) noexcept {
  ByteReader reader(field.width == 0 ? Bytes{} : d.payload.subspan(field.offset));
  const auto order = field.big_endian ? std::endian::big : std::endian::little;
  switch (field.width) {
    case 1:
      return reader.in<std::uint8_t>(order);
    case 2:
      return reader.in<std::uint16_t>(order);
    case 4:
      return reader.in<std::uint32_t>(order);
    case 8:
      return reader.in<std::uint64_t>(order);
    default:
      return 0;
  }
}

std::size_t fields_end(const FramingConfig& c) noexcept {
  std::size_t end = 0;
  for (const FieldAt* field : {&c.sequence, &c.count, &c.send_time, &c.channel, &c.session}) {
    if (field->width != 0) end = std::max(end, std::size_t{field->offset} + field->width);
  }
  return end;
}

SendTime send_time_of(const Datagram& d, const FramingConfig& c) noexcept {
  const std::uint64_t ticks = value_of(d, c.send_time);
  std::uint64_t ns = 0;
  if (__builtin_mul_overflow(ticks, static_cast<std::uint64_t>(c.send_time_unit_ns), &ns)) return {};
  return unix_send_time(ns);
}

Recognition recognise(const Datagram&) noexcept { return Recognition::no; }

void parse(const Datagram& d, std::size_t, const FramingConfig& c, FramingState&, Parsed& out) noexcept {
  begin_parse(d, out);
  const std::size_t end = fields_end(c);
  if (c.sequence.width == 0 || end > d.payload.size())
    return give_up_short(d, end == 0 ? d.wire_length + 1U : end, out);
  const std::uint64_t count = c.count.width == 0 ? 1 : value_of(d, c.count);
  // A message takes at least a byte: a larger count is another field, or another packet.
  if (c.count.width != 0 && count > d.wire_length - end) return give_up(out, DecodeOutcome::malformed);
  out.messages_known = c.count.width != 0;
  Run& run = add_run(out);
  run.first = value_of(d, c.sequence);
  run.count = static_cast<std::uint32_t>(count);
  run.messages = c.count.width == 0 ? 0 : run.count;
  run.channel = static_cast<std::uint32_t>(value_of(d, c.channel));
  run.session = value_of(d, c.session);
  run.send_time = send_time_of(d, c);
  if (count != 0) return;
  run.kind = c.zero_count_is_heartbeat ? RunKind::heartbeat : RunKind::unsequenced;
  run.has_number = c.zero_count_is_heartbeat;
}

// The payload after the last described field, as one span.
std::size_t messages(const Datagram& d, const FramingConfig& c, std::span<MessageSpan> out) noexcept {
  const std::size_t end = fields_end(c);
  if (c.sequence.width == 0 || is_cut(d) || end > d.payload.size() || out.empty()) return 0;
  const std::uint64_t count = c.count.width == 0 ? 1 : value_of(d, c.count);
  if (count == 0 || count > d.wire_length) return 0;
  out[0] = {value_of(d, c.sequence), static_cast<std::uint32_t>(value_of(d, c.channel)),
            static_cast<std::uint32_t>(count), d.payload.subspan(end)};
  return 1;
}

std::string session_text(const Datagram& d, const FramingConfig& c) {
  if (c.session.width == 0 || fields_end(c) > d.payload.size()) return {};
  return fmt::format("{}", value_of(d, c.session));
}

}  // namespace

extern constinit const Framing framing_generic{
    .id = "generic",
    .name = "generic",
    .summary = "a feed of your own: the places of its fields are given with it",
    .used_by = "in-house feeds with a sequence number at a fixed place",
    .source = "the user's description: generic:seq=0/u32be,count=4/u16be,time=8/u64be:ns",
    .unit = SequenceUnit::message,
    .numbers = {0, std::numeric_limits<std::uint64_t>::max()},
    .counts_messages = true,
    .heartbeat_interval = seconds(0),
    .specificity = 0,
    .explicit_only = true,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
    .session_text = session_text,
    .configure = parse_generic_layout,
};

}  // namespace wirecause
