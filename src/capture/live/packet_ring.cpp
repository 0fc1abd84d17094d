// SPDX-License-Identifier: Apache-2.0
#include "capture/live/packet_ring.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/errno.hpp"
#include "base/text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kStatusAt = offsetof(tpacket_block_desc, hdr) + offsetof(tpacket_hdr_v1, block_status);
constexpr std::size_t kPacketsAt = offsetof(tpacket_block_desc, hdr) + offsetof(tpacket_hdr_v1, num_pkts);
constexpr std::size_t kFewestBlocks = 4;
constexpr std::size_t kMostBlocks = std::numeric_limits<std::uint32_t>::max() / PacketRing::kBlock;
constexpr std::uint32_t kFrame = 2'048;  // says nothing in version 3, but must divide a block

std::uint32_t* word(std::span<std::byte> block, std::size_t at) {
  return static_cast<std::uint32_t*>(static_cast<void*>(block.data() + at));
}

Result<void> attach(const Socket& socket, FilterProgram& filter) {
  if (filter.size() > BPF_MAXINSNS) {
    return fail(Errc::unsupported, fmt::format("the filter takes {} instructions, the kernel takes {}: shorten it",
                                               filter.size(), BPF_MAXINSNS));
  }
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = filter.data();
  if (socket.set(SOL_SOCKET, SO_ATTACH_FILTER, program)) return {};
  return system_failure("give the filter to the kernel", errno);
}

Result<MappedMemory> make_ring(const Socket& socket, std::size_t blocks) {
  tpacket_req3 request{};
  request.tp_block_size = PacketRing::kBlock;
  request.tp_block_nr = static_cast<std::uint32_t>(blocks);
  request.tp_frame_size = kFrame;
  request.tp_frame_nr = request.tp_block_nr * (PacketRing::kBlock / kFrame);
  request.tp_retire_blk_tov = static_cast<std::uint32_t>(PacketRing::kRetire.ns / 1'000'000);
  const std::size_t size = blocks * PacketRing::kBlock;
  const std::string what = fmt::format("make a packet ring of {}", bytes_text(size));
  if (!socket.set(SOL_PACKET, PACKET_RX_RING, request)) return system_failure(what, errno, "a smaller ring may fit");
  void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, socket.descriptor(), 0);
  if (at == MAP_FAILED) return system_failure(what, errno, "a smaller ring may fit");
  return MappedMemory({static_cast<std::byte*>(at), size});
}

}  // namespace

MappedMemory::~MappedMemory() {
  if (!bytes_.empty()) (void)::munmap(bytes_.data(), bytes_.size());
}

Result<PacketRing> PacketRing::open(Socket socket, std::size_t ring_bytes, FilterProgram filter, bool hardware_stamps) {
  WC_TRY(attach(socket, filter));
  if (!socket.set(SOL_PACKET, PACKET_VERSION, int{TPACKET_V3})) {
    return system_failure("use a version 3 packet ring", errno, "Linux 3.2 or later has them");
  }
  // Before Linux 4.20 there is no such option: RingBlock leaves them out as well.
  (void)socket.set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  if (hardware_stamps) (void)socket.set(SOL_PACKET, PACKET_TIMESTAMP, int{SOF_TIMESTAMPING_RAW_HARDWARE});
  WC_TRY_ASSIGN(MappedMemory memory, make_ring(socket, std::clamp(ring_bytes / kBlock, kFewestBlocks, kMostBlocks)));
  return PacketRing(std::move(socket), std::move(memory));
}

Result<void> PacketRing::bind(int interface_index) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = interface_index;
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  const auto* const at = static_cast<const sockaddr*>(static_cast<const void*>(&storage));
  if (::bind(socket_.descriptor(), at, sizeof address) == 0) return {};
  return system_failure("begin to receive", errno);
}

bool PacketRing::is_handed_over(std::size_t index) const {
  return (__atomic_load_n(word(block(index), kStatusAt), __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
}

bool PacketRing::holds_packets(std::size_t index) const {
  return __atomic_load_n(word(block(index), kPacketsAt), __ATOMIC_RELAXED) != 0;
}

void PacketRing::give_back(std::size_t index) {
  __atomic_store_n(word(block(index), kStatusAt), std::uint32_t{TP_STATUS_KERNEL}, __ATOMIC_RELEASE);
}

DurationNs longest_wait(DurationNs tick) {
  const std::int64_t ticks = (PacketRing::kRetire.ns + tick.ns - 1) / std::max<std::int64_t>(tick.ns, 1);
  return {(ticks + 1) * tick.ns};
}

}  // namespace wirecause
