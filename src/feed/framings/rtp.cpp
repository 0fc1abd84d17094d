// RTP, RFC 3550. Big-endian. Audio, video and the few feeds that use it.
//
//   0               1         2          4           8      12
//   | V=2 P X CC    | M  PT   | sequence | timestamp | SSRC | CC x u32 | [X: profile u16, words u16, words x u32] |
//   payload
//
// One number a packet and SSRC, from a random start, modulo 2^16. The timestamp counts media samples from a random
// start: it is no send time. The header has two fixed bits: what excludes others is listed at recognise().
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kExtensionHeader = 4;
constexpr NumberSpace kNumbers{0, 0xffff};
constexpr std::uint16_t kFirstFreePort = 1024;  // below are other services: DNS, NTP, SNMP, NetBIOS, IKE, syslog

using Header = FixedView<kHeader>;

bool is_version_2(Header h) noexcept { return h.be<std::uint8_t, 0>() >> 6U == 2; }
bool has_padding(Header h) noexcept { return (h.be<std::uint8_t, 0>() & 0x20U) != 0; }
bool has_extension(Header h) noexcept { return (h.be<std::uint8_t, 0>() & 0x10U) != 0; }
std::size_t sources_end(Header h) noexcept { return kHeader + 4 * (h.be<std::uint8_t, 0>() & 0x0fU); }

// Assigned by RFC 3551, or dynamic. A session may agree on 35 to 63 as well: those need --framing rtp.
bool is_payload_type(unsigned type) noexcept {
  constexpr std::uint64_t kAudio = (1ULL << 0U) | (0xffffULL << 3U);                                 // 0, 3 to 18
  constexpr std::uint64_t kVideo = (1ULL << 25U) | (1ULL << 26U) | (1ULL << 28U) | (0xfULL << 31U);  // ..., 31 to 34
  return type >= 96 ? type <= 127 : type < 64 && (((kAudio | kVideo) >> type) & 1U) != 0;
}

// What RTCP's packet types look like where both share a socket (RFC 5761, 4).
constexpr bool is_rtcp(unsigned type) noexcept { return type >= 64 && type <= 95; }

// Where the payload begins, or 0 where the header does not fit the datagram or is not captured.
std::size_t payload_at(const Datagram& d, Header h) noexcept {
  std::size_t at = sources_end(h);
  if (has_extension(h)) {
    const auto extension = header_at<kExtensionHeader>(d, at);
    if (!extension) return 0;
    at += kExtensionHeader + 4 * std::size_t{extension->be<std::uint16_t, 2>()};
  }
  return at <= d.wire_length ? at : 0;
}

bool padding_fits(const Datagram& d, Header h, std::size_t payload) noexcept {
  if (!has_padding(h) || is_cut(d)) return true;
  const auto padding = std::to_integer<std::size_t>(d.payload.back());
  return padding != 0 && padding <= d.wire_length - payload;
}

// The two version bits exclude STUN, DTLS, TURN channels and QUIC (RFC 7983); the ports DNS, NTP and other services;
// the payload types RTCP. Three numbers in a row of one SSRC do the rest.
Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || !is_version_2(*h) || d.source_port < kFirstFreePort || d.destination_port < kFirstFreePort) {
    return Recognition::no;
  }
  if (!is_payload_type(h->be<std::uint8_t, 1>() & 0x7fU) || h->be<std::uint32_t, 8>() == 0) return Recognition::no;
  const std::size_t payload = payload_at(d, *h);
  const bool fits = payload != 0 && payload < d.wire_length && padding_fits(d, *h, payload);
  return fits ? Recognition::plausible : Recognition::no;
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState&, Parsed& out) noexcept {
  begin_parse(d, out);
  const auto h = header<kHeader>(d.payload);
  if (!h) return give_up_short(d, kHeader, out);
  if (!is_version_2(*h) || is_rtcp(h->be<std::uint8_t, 1>() & 0x7fU)) return give_up(out, DecodeOutcome::not_mine);
  const bool extension_is_cut = has_extension(*h) && sources_end(*h) + kExtensionHeader > d.payload.size() && is_cut(d);
  if (payload_at(d, *h) == 0 && !extension_is_cut) return give_up(out, DecodeOutcome::malformed);
  out.messages_known = false;
  Run& run = add_run(out);
  run.channel = h->be<std::uint32_t, 8>();
  run.first = h->be<std::uint16_t, 2>();
  run.count = 1;
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || out.empty() || is_cut(d)) return 0;
  const std::size_t payload = payload_at(d, *h);
  if (payload == 0 || payload > d.payload.size()) return 0;
  out[0] = {h->be<std::uint16_t, 2>(), h->be<std::uint32_t, 8>(), 1, d.payload.subspan(payload)};
  return 1;
}

}  // namespace

extern constinit const Framing framing_rtp{
    .id = "rtp",
    .name = "RTP",
    .summary = "Real-time Transport Protocol: numbered packets per source",
    .used_by = "audio, video, broadcast contribution; some voice and turret systems of trading floors",
    .source = "RFC 3550, RFC 3551, RFC 5761",
    .unit = SequenceUnit::packet,
    .numbers = kNumbers,
    .counts_messages = false,
    .heartbeat_interval = seconds(0),
    .wireshark_filter = "rtp.seq == {}",
    .number_at = {2, 2, true},
    .specificity = 8,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
};

}  // namespace wirecause
