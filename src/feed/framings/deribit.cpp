// Deribit multicast. Little-endian. Several frames a datagram, each with a channel and a number of its own.
//
//   0            2         4          8
//   | length u16 | channel | sequence | block length, template, schema, version, groups, var data (6 x u16) | ...
//   `length` excludes these first 8 bytes.
//
// One number a frame and channel, from 0; a frame may hold several SBE messages, which are not counted here. There is
// no heartbeat and no send time in the header.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kSbeHeader = 12;
constexpr std::uint16_t kSchema = 1;
constexpr std::uint16_t kVersionLimit = 256;
constexpr NumberSpace kNumbers{0, 0xffff'ffff};

using Header = FixedView<kHeader>;

// 0, which no walk accepts, where the frame cannot hold its SBE header.
std::size_t frame_total(Header h) noexcept {
  const std::size_t length = h.le<std::uint16_t, 0>();
  return length < kSbeHeader ? 0 : kHeader + length;
}
std::uint16_t channel_of(Header h) noexcept { return h.le<std::uint16_t, 2>(); }
std::uint32_t sequence_of(Header h) noexcept { return h.le<std::uint32_t, 4>(); }

// Deribit numbers its templates in the thousands: 1000 instrument, 1001 book, 1002 trades, 1003 ticker, ...
bool is_deribit_message(FixedView<kHeader + kSbeHeader> f) noexcept {
  const auto id = f.le<std::uint16_t, 10>();
  const auto version = f.le<std::uint16_t, 14>();
  return f.le<std::uint16_t, 8>() + kSbeHeader <= f.le<std::uint16_t, 0>() && id >= 1000 && id < 2000 &&
         f.le<std::uint16_t, 12>() == kSchema && version != 0 && version < kVersionLimit;
}

Recognition recognise(const Datagram& d) noexcept {
  std::uint32_t known = 0;
  std::uint32_t captured = 0;
  const auto walk = walk_messages<kHeader>(d, 0, kToTheEnd, frame_total, [&](std::size_t at, std::size_t) {
    const auto frame = header_at<kHeader + kSbeHeader>(d, at);
    if (!frame) return;
    ++captured;
    if (is_deribit_message(*frame)) ++known;
  });
  const bool agrees = walk.end != WalkEnd::contradiction && known != 0 && known == captured &&
                      (known == walk.messages || walk.end == WalkEnd::cut);
  return agrees ? Recognition::plausible : Recognition::no;
}

// Adds a frame to the last run where it continues it. False: it needs a run and there is no room.
bool add_frame(Header h, Parsed& out) noexcept {
  if (out.run_count != 0) {
    Run& last = out.runs[out.run_count - 1];
    const bool continues =
        last.channel == channel_of(h) && number_after(kNumbers, last.first, last.count) == sequence_of(h);
    if (continues) {
      ++last.count;
      return true;
    }
  }
  if (out.run_count == Parsed::kMaxRuns) return false;
  Run& run = add_run(out);
  run.channel = channel_of(h);
  run.first = sequence_of(h);
  run.count = 1;
  return true;
}

void parse(const Datagram& d, std::size_t offset, const FramingConfig&, FramingState&, Parsed& out) noexcept {
  begin_parse(d, out);
  out.messages_known = false;
  if (!header_at<kHeader>(d, offset)) return give_up_short(d, offset + kHeader, out);
  const auto walk = walk_messages<kHeader>(d, offset, kToTheEnd, frame_total, [&](std::size_t at, std::size_t) {
    return add_frame(Header(d.payload.data() + at), out);
  });
  if (walk.end == WalkEnd::contradiction) return give_up(out, DecodeOutcome::malformed);
  if (walk.end == WalkEnd::stopped) out.resume_at = walk.at;
  // Frames after the cut may belong to any channel; the last run is where they most likely go on.
  const bool hides_frames = walk.end == WalkEnd::cut && walk.at < d.wire_length;
  if (hides_frames) out.runs[out.run_count - 1].count_is_minimum = true;
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  std::size_t filled = 0;
  walk_messages<kHeader>(d, 0, kToTheEnd, frame_total, [&](std::size_t at, std::size_t total) {
    if (filled == out.size() || at + total > d.payload.size()) return;
    const Header h(d.payload.data() + at);
    out[filled++] = {sequence_of(h), channel_of(h), 1, d.payload.subspan(at + kHeader, total - kHeader)};
  });
  return filled;
}

}  // namespace

extern constinit const Framing framing_deribit{
    .id = "deribit",
    .name = "Deribit multicast 1.0",
    .summary = "Deribit SBE multicast: numbered frames of several channels",
    .used_by = "Deribit (options, futures, price index)",
    .source = "Deribit SBE multicast samples and dissector; header read from captures",
    .unit = SequenceUnit::packet,
    .numbers = kNumbers,
    .counts_messages = false,
    .heartbeat_interval = seconds(0),
    .specificity = 56,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
};

}  // namespace wirecause
