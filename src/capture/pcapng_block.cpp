// SPDX-License-Identifier: Apache-2.0
#include "capture/pcapng_block.hpp"

#include <algorithm>

namespace wirecause {
namespace {

constexpr std::uint32_t kByteOrderMagic = 0x1a2b'3c4d;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kBlockHeaderBytes = 8;

std::optional<std::endian> order_of_section(FixedView<kMinBlockBytes> start) noexcept {
  if (start.le<std::uint32_t, 8>() == kByteOrderMagic) return std::endian::little;
  if (start.be<std::uint32_t, 8>() == kByteOrderMagic) return std::endian::big;
  return std::nullopt;
}

}  // namespace

Block block_at(Bytes bytes, std::endian order) noexcept {
  Block block;
  const auto start = header<kMinBlockBytes>(bytes);
  if (!start) return block;
  const bool is_little = order == std::endian::little;
  block.type = static_cast<BlockType>(is_little ? start->le<std::uint32_t, 0>() : start->be<std::uint32_t, 0>());
  block.order = order;
  if (block.type == BlockType::section_header) {
    const auto own_order = order_of_section(*start);
    if (!own_order) {
      block.state = BlockState::wrong_magic;
      return block;
    }
    block.order = *own_order;
  }
  const bool reads_little = block.order == std::endian::little;
  const std::uint32_t stored = reads_little ? start->le<std::uint32_t, 4>() : start->be<std::uint32_t, 4>();
  block.length = stored;
  if (stored < kMinBlockBytes || stored > kMaxBlockBytes) {
    block.state = BlockState::wrong_length;
    return block;
  }
  block.length = static_cast<std::uint32_t>(padded(stored));
  block.needed = block.length;
  if (bytes.size() < block.length) return block;

  block.trailer_length = ByteReader(bytes.subspan(block.length - kLengthBytes)).in<std::uint32_t>(block.order);
  block.body = bytes.subspan(kBlockHeaderBytes, block.length - kMinBlockBytes);
  const bool lengths_agree = block.trailer_length == stored || block.trailer_length == block.length;
  block.state = lengths_agree ? BlockState::whole : BlockState::wrong_trailer;
  return block;
}

std::optional<OptionReader::Option> OptionReader::next() noexcept {
  const auto code = reader_.in<std::uint16_t>(order_);
  const auto length = reader_.in<std::uint16_t>(order_);
  const Bytes value = reader_.take(length);
  if (!reader_.ok() || code == 0) return std::nullopt;
  // The last option of some writers lacks its padding.
  reader_.skip(std::min(padded(length) - length, reader_.remaining()));
  return Option{code, value};
}

}  // namespace wirecause
