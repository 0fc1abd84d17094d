// | kind (1) | length (1), with both | value |   kinds 0 (end) and 1 (no operation) have no length
// SPDX-License-Identifier: Apache-2.0
#include "tcp/options.hpp"

#include <algorithm>

namespace wirecause::tcp {
namespace {

enum Kind : std::uint8_t {
  kEnd = 0,
  kNoOperation = 1,
  kMss = 2,
  kWindowScale = 3,
  kSackPermitted = 4,
  kSack = 5,
  kTimestamps = 8,
  kMd5Signature = 19,
  kTcpAo = 29,
  kMptcp = 30,
  kTfo = 34,
  kAccEcn0 = 172,
  kAccEcn1 = 174,
};

constexpr std::uint8_t kLargestScale = 14;

void read_value(std::uint8_t kind, Bytes value, Options& out) noexcept {
  ByteReader reader(value);
  switch (kind) {
    case kMss:
      out.mss = reader.be<std::uint16_t>();
      out.has_mss = reader.ok();
      break;
    case kWindowScale:
      out.window_scale = std::min(reader.be<std::uint8_t>(), kLargestScale);
      out.has_window_scale = reader.ok();
      break;
    case kSackPermitted:
      out.sack_permitted = true;
      break;
    case kSack:
      for (out.sack_count = 0; out.sack_count < out.sack.size() && reader.remaining() >= 8;) {
        SackBlock& block = out.sack[out.sack_count++];
        block.begin = reader.be<std::uint32_t>();
        block.end = reader.be<std::uint32_t>();
      }
      break;
    case kTimestamps:
      out.stamp = reader.be<std::uint32_t>();
      out.echo = reader.be<std::uint32_t>();
      out.has_timestamps = reader.ok();
      break;
    case kMd5Signature:
      out.marks |= Options::kMd5;
      break;
    case kTcpAo:
      out.marks |= Options::kAuthentication;
      break;
    case kMptcp:
      out.marks |= Options::kMultipath;
      break;
    case kTfo:
      out.marks |= Options::kFastOpen;
      break;
    case kAccEcn0:
    case kAccEcn1:
      out.marks |= Options::kAccurateEcn;
      break;
    default:
      break;
  }
}

}  // namespace

void read_options(Bytes bytes, Options& out) noexcept {
  out.has_mss = out.has_window_scale = out.sack_permitted = out.has_timestamps = false;
  out.window_scale = out.marks = out.sack_count = 0;
  out.mss = 0;
  out.stamp = out.echo = 0;
  // What nearly every packet has, and nothing else: two times no operation, and time stamps.
  constexpr std::size_t kUsual = 12;
  if (bytes.size() == kUsual) [[likely]] {
    const FixedView<kUsual> usual(bytes.data());
    if (usual.be<std::uint32_t, 0>() == 0x0101080aU) [[likely]] {
      out.stamp = usual.be<std::uint32_t, 4>();
      out.echo = usual.be<std::uint32_t, 8>();
      out.has_timestamps = true;
      return;
    }
  }
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    const auto kind = reader.be<std::uint8_t>();
    if (kind == kEnd) break;
    if (kind == kNoOperation) continue;
    const auto length = reader.be<std::uint8_t>();
    const Bytes value = reader.take(length < 2 ? bytes.size() + 1 : length - 2U);
    if (!reader.ok()) {
      out.marks |= Options::kMalformed;
      break;
    }
    read_value(kind, value, out);
  }
}

Options read_options(Bytes bytes) noexcept {
  Options out;
  read_options(bytes, out);
  return out;
}

}  // namespace wirecause::tcp
