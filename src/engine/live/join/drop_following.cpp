// What the programs in the kernel are told of the lines that are followed, so that each of their drops and reads comes with its
// number, or with its first bytes.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/live/join/drop_join.hpp"

namespace wirecause {
namespace {

NumberField field_of(const StreamKey& key, const NumberFields& fields) {
  NumberField wanted;
  wanted.destination = key.group;
  wanted.port = key.port;
  wanted.source = key.source;
  wanted.number_offset = static_cast<std::uint8_t>(fields.number.offset);
  wanted.number_width = fields.number.width;
  wanted.number_big_endian = fields.number.big_endian;
  wanted.count_offset = static_cast<std::uint8_t>(fields.count.offset);
  wanted.count_width = fields.count.width;
  wanted.count_big_endian = fields.count.big_endian;
  wanted.mark_offset = fields.mark.offset;
  wanted.mark_value = fields.mark.value;
  return wanted;
}

}  // namespace

// A number alone does not say of which of several channels it is: of these the first bytes are asked for, also where the
// second one shows only later.
void DropJoin::follow_lines(DropProbe* drops, ReaderProbe* readers) {
  constexpr std::uint32_t kFurthest = 255;
  for (Stream& stream : front_->streams_to_join()) {
    if (stream.state != Stream::State::recognised || stream.lines.empty()) continue;
    const bool has_one_line = stream.lines.size() == 1;
    if (stream.is_followed && (has_one_line || stream.is_followed_by_bytes)) continue;
    if (!stream.is_followed) streams_.note_recognised(stream);
    stream.is_followed = true;
    const NumberFields fields = number_fields(*stream.choice->framing, stream.choice->config);
    const bool is_at_fixed_place =
        fields.number.width != 0 && fields.number.offset <= kFurthest && fields.count.offset <= kFurthest;
    if (!is_at_fixed_place || !has_one_line) {
      stream.is_followed_by_bytes = true;
      if (drops != nullptr) (void)drops->follow_bytes({stream.key.group, stream.key.port, stream.key.source});
      continue;
    }
    const NumberField wanted = field_of(stream.key, fields);
    if (drops != nullptr) (void)drops->follow(wanted);
    if (readers != nullptr) (void)readers->follow_numbers(wanted);
  }
}

}  // namespace wirecause
