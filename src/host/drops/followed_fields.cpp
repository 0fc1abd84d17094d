// SPDX-License-Identifier: Apache-2.0
#include "host/drops/followed_fields.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "bpf/drop_record.h"

namespace wirecause {
namespace {

bool is_width(std::uint8_t width) { return width == 1 || width == 2 || width == 4 || width == 8; }

}  // namespace

Result<std::uint64_t> packed_field(const NumberField& field) {
  if (!is_width(field.number_width) || (field.count_width != 0 && !is_width(field.count_width))) {
    return fail(Errc::usage,
                fmt::format("follow {}: a number of {} bytes and a count of {}: 1, 2, 4 or 8 can be read",
                            endpoint_text(field.destination, field.port), field.number_width, field.count_width));
  }
  return std::uint64_t{field.number_offset} | std::uint64_t{field.number_width} << 8U |
         std::uint64_t{field.number_big_endian ? 1U : 0U} << 12U | std::uint64_t{field.count_offset} << 16U |
         std::uint64_t{field.count_width} << 24U | std::uint64_t{field.count_big_endian ? 1U : 0U} << 28U |
         std::uint64_t{WC_DROP_FIELD_SET} | std::uint64_t{field.mark_offset} << 32U |
         std::uint64_t{field.mark_value} << 48U;
}

wc_drop_field* FollowedFields::slot_of(const unsigned char* destination, const Bytes16& source,
                                       std::uint16_t port) const {
  std::array<__u32, 4> to{};
  std::array<__u32, 4> from{};
  std::memcpy(to.data(), destination, 16);
  std::memcpy(from.data(), source.data(), 16);
  const std::uint32_t first = wc_drop_field_slot(to.data(), from.data(), port);
  for (std::uint32_t i = 0; i < WC_DROP_FIELD_PROBES; ++i) {
    wc_drop_field& slot = table_[(first + i) & (WC_DROP_FIELDS - 1U)];
    if (slot.field == 0) return &slot;
    const bool is_it = slot.port == port && std::memcmp(slot.destination, destination, 16) == 0 &&
                       std::memcmp(slot.source, source.data(), 16) == 0;
    if (is_it) return &slot;
  }
  return nullptr;
}

Result<void> FollowedFields::put(const FollowedStream& stream, const Bytes16& source, std::uint64_t packed,
                                 std::size_t& used) {
  const auto* destination = reinterpret_cast<const unsigned char*>(stream.destination.bytes().data());
  wc_drop_field* slot = slot_of(destination, source, stream.port);
  const bool is_new = slot == nullptr || slot->field == 0;
  if (slot == nullptr || (is_new && used == kMaxFields)) {
    return fail(Errc::unsupported, fmt::format("follow {}: the table of {} destinations is full",
                                               endpoint_text(stream.destination, stream.port), kMaxFields));
  }
  if (is_new) {
    std::memcpy(slot->destination, destination, 16);
    std::memcpy(slot->source, source.data(), 16);
    slot->port = stream.port;
    ++used;
  }
  __atomic_store_n(&slot->field, packed, __ATOMIC_RELEASE);
  return {};
}

Result<void> FollowedFields::put(const FollowedStream& stream, std::uint64_t packed) {
  WC_TRY(put(stream, Bytes16{}, packed, used_));
  if (stream.source == IpAddress{}) return {};
  Bytes16 source{};
  std::memcpy(source.data(), stream.source.bytes().data(), source.size());
  return put(stream, source, packed, sources_);
}

Result<void> FollowedFields::follow(const NumberField& field) {
  WC_TRY_ASSIGN(const std::uint64_t packed, packed_field(field));
  return put({field.destination, field.port, field.source}, packed);
}

Result<void> FollowedFields::follow_bytes(const FollowedStream& stream) { return put(stream, WC_DROP_FIELD_SET); }

std::uint64_t FollowedFields::find(const unsigned char* destination, std::uint16_t port) const {
  const wc_drop_field* slot = slot_of(destination, Bytes16{}, port);
  return slot == nullptr ? 0 : slot->field;
}

}  // namespace wirecause
