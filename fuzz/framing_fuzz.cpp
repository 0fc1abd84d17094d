// Every framing on arbitrary datagrams: recognise, parse to the end through resume_at, message spans, session text.
//
// Input: | cut u8 | layout u8 | payload of the first datagram ... |. `cut` says how many bytes the wire had more than
// the capture; `layout` picks a description for the generic framing. The same bytes are parsed twice with one state,
// and a framing that breaks the contract of feed/framing.hpp aborts.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "base/check.hpp"
#include "feed/framing.hpp"

namespace {

using namespace wirecause;

constexpr std::array<std::string_view, 4> kLayouts{"seq=0/u32be", "seq=0/u64le,count=8/u16be,time=10/u64be:ms",
                                                   "seq=4/u16le,count=0/u8,session=6/u32be,zero=unsequenced",
                                                   "seq=3/u8,channel=9/u32le,time=13/u32be:s"};

void check_parsed(const Parsed& p, const Datagram& d, std::size_t offset) {
  WC_CHECK(p.run_count <= Parsed::kMaxRuns, "more runs than fit");
  WC_CHECK(p.resume_at == 0 || (p.resume_at > offset && p.resume_at < d.payload.size()), "parsing must go forward");
  const bool has_nothing = p.outcome == DecodeOutcome::not_mine || p.outcome == DecodeOutcome::malformed;
  WC_CHECK(!has_nothing || (p.run_count == 0 && p.resume_at == 0), "runs of a datagram that was refused");
  const bool is_cut = d.payload.size() < d.wire_length;
  WC_CHECK(p.outcome != DecodeOutcome::truncated || is_cut, "truncated, but nothing is missing");
  for (const Run& run : p.all()) {
    const bool consumes = run.kind == RunKind::data || run.kind == RunKind::retransmission;
    WC_CHECK(consumes == (run.count != 0), "only data consume numbers");
    WC_CHECK(!consumes || run.has_number, "data without a number");
  }
}

void parse_all(const Framing& framing, const Datagram& d, const FramingConfig& config, FramingState& state) {
  Parsed parsed;
  std::size_t offset = 0;
  do {
    framing.parse(d, offset, config, state, parsed);
    check_parsed(parsed, d, offset);
    offset = parsed.resume_at;
  } while (offset != 0);
}

void check_spans(const Framing& framing, const Datagram& d, const FramingConfig& config) {
  std::array<MessageSpan, 32> spans;
  const std::size_t count = framing.messages(d, config, spans);
  WC_CHECK(count <= spans.size(), "more spans than fit");
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes bytes = spans[i].bytes;
    const bool is_inside = bytes.empty() || (bytes.data() >= d.payload.data() &&
                                             bytes.data() + bytes.size() <= d.payload.data() + d.payload.size());
    WC_CHECK(is_inside && spans[i].units != 0, "a span outside the datagram");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t length = size - 2;
  const auto exact = std::make_unique<std::byte[]>(length);
  std::transform(data + 2, data + size, exact.get(), [](std::uint8_t b) { return static_cast<std::byte>(b); });
  Datagram d;
  d.payload = Bytes(exact.get(), length);
  d.wire_length = static_cast<std::uint32_t>(length + data[0]);
  d.time = {1'700'000'000'000'000'000};
  d.source_port = 40'000;
  d.destination_port = 26'400;
  for (const Framing* framing : all_framings()) {
    FramingConfig config;
    if (framing->configure != nullptr) config = framing->configure(kLayouts[data[1] % kLayouts.size()]).value();
    FramingState state;
    (void)framing->recognise(d);
    parse_all(*framing, d, config, state);
    parse_all(*framing, d, config, state);
    check_spans(*framing, d, config);
    if (framing->session_text != nullptr) (void)framing->session_text(d, config);
  }
  return 0;
}
