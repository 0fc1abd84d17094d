// A packet socket with its ring: opened so that no packet enters before the filter stands, mapped, and handed out block by
// block. The kernel fills a block and hands it over when it is full, or `kRetire` after its first packet may have come.
//
// 256 KiB blocks, 4 ms. Whatever the load, a ring of 64 MiB then holds a pause of the reader of at least 0.4 s: 256 blocks
// that are handed over nearly empty after 4 ms each last 1 s, and 64 MiB of small packets at 0.55 million a second (256
// bytes each with their headers) last 0.45 s. The kernel's timer runs on the core that receives, at most 250 times a second.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "base/time.hpp"
#include "capture/live/filter_assembler.hpp"
#include "capture/live/socket.hpp"

namespace wirecause {

// Pages shared with the kernel; unmapped at the end.
class MappedMemory {
 public:
  MappedMemory() = default;
  explicit MappedMemory(std::span<std::byte> bytes) : bytes_(bytes) {}
  MappedMemory(MappedMemory&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedMemory& operator=(MappedMemory&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedMemory();
  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

class PacketRing {
 public:
  static constexpr std::uint32_t kBlock = 256U << 10U;
  static constexpr DurationNs kRetire = milliseconds(4);

  // `socket`: a packet socket that is bound to nothing yet. Errors: io, permission.
  static Result<PacketRing> open(Socket socket, std::size_t ring_bytes, FilterProgram filter, bool hardware_stamps);
  // From now on packets come. Errors: io.
  Result<void> bind(int interface_index);

  const Socket& socket() const { return socket_; }
  std::size_t blocks() const { return memory_.bytes().size() / kBlock; }
  // Whether the kernel has handed block `index` over; what is in it is then visible.
  bool is_handed_over(std::size_t index) const;
  // Whether packets wait in a block that the kernel still fills.
  bool holds_packets(std::size_t index) const;
  std::span<std::byte> block(std::size_t index) const { return memory_.bytes().subspan(index * kBlock, kBlock); }
  void give_back(std::size_t index);

 private:
  PacketRing(Socket socket, MappedMemory memory) : socket_(std::move(socket)), memory_(std::move(memory)) {}

  Socket socket_;
  MappedMemory memory_;
};

// The longest time that a packet can wait in a block: kRetire in ticks of the kernel, rounded up as its timers do. (Since
// Linux 6.18 the timer is finer: then this is too long, which does no harm.) `tick`: of the coarse clocks.
DurationNs longest_wait(DurationNs tick);

}  // namespace wirecause
