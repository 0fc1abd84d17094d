// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_flows.hpp"

#include <cerrno>
#include <cstring>

#include "bpf/drop_record.h"
#include "evidence/drop_reason.hpp"
#include "host/drops/drop_place.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kOpen = 0xffff'ffff;
constexpr std::uint32_t kVoid = 0xffff'fffe;

IpAddress address_of(const __u8 (&bytes)[16]) { return IpAddress::v6(std::as_bytes(std::span<const __u8, 16>(bytes))); }

// Kernels before 5.17 give no reason; what UDP says of a full socket is what later ones call so (__udp_queue_rcv_skb).
std::string reason_of(const wc_drop_flow& slot, const ReasonNames& reasons) {
  if (!reasons.empty()) return reasons.name(slot.reason);
  if (slot.failure == -ENOMEM) return std::string(drop_reason::kSocketRcvbuff);
  if (slot.failure != 0) return std::string(drop_reason::kProtoMem);
  return std::string(drop_reason::kNotSpecified);
}

SocketSource socket_source_of(std::uint8_t source) {
  if (source == WC_DROP_SOCKET_ARGUMENT) return SocketSource::argument;
  if (source == WC_DROP_SOCKET_UDP_FAILURE) return SocketSource::udp_failure;
  return SocketSource::none;
}

}  // namespace

DropFlow drop_flow_of(const wc_drop_flow& slot, const ReasonNames& reasons, const KernelSymbols& symbols) {
  DropFlow out;
  out.reason = reason_of(slot, reasons);
  // A return address: the call lies before it.
  if (const auto place = symbols.find(slot.location - 1)) out.symbol = place->symbol;
  out.place = checkpoint_of(out.reason, out.symbol);
  out.netns = slot.netns;
  out.ifindex = slot.ifindex;
  out.interface.assign(slot.interface, strnlen(slot.interface, sizeof slot.interface));
  out.ip_protocol = slot.protocol;
  out.source = address_of(slot.source);
  out.destination = address_of(slot.destination);
  out.source_port = slot.source_port;
  out.destination_port = slot.destination_port;
  out.socket = {slot.cookie, slot.inode};
  out.socket_source = socket_source_of(slot.socket_source);
  out.truesize = slot.truesize;
  out.payload_length = slot.payload_length;
  return out;
}

DropFlows::DropFlows(ReasonNames reasons, KernelSymbols symbols)
    : reasons_(std::move(reasons)), symbols_(std::move(symbols)), numbers_(WC_DROP_FLOWS, kOpen) {}

bool DropFlows::define(const wc_drop_flow* slots, std::uint32_t slot) {
  const std::uint32_t state = __atomic_load_n(&slots[slot].state, __ATOMIC_ACQUIRE);
  if (state == WC_DROP_FLOW_FREE) return false;
  if (state != WC_DROP_FLOW_DEFINED) {
    numbers_[slot] = kVoid;
    return true;
  }
  DropFlow flow = drop_flow_of(slots[slot], reasons_, symbols_);
  flow.id = static_cast<std::uint32_t>(flows_.size());
  numbers_[slot] = flow.id;
  slots_.push_back(slot);
  flows_.push_back(std::move(flow));
  return true;
}

void DropFlows::update(const wc_drop_flow* slots, std::uint32_t used) {
  for (std::uint32_t slot = first_open_; slot < used; ++slot) {
    const bool is_known = numbers_[slot] != kOpen || define(slots, slot);
    if (is_known && slot == first_open_) ++first_open_;
  }
}

std::optional<std::uint32_t> DropFlows::find(const wc_drop_flow* slots, std::uint32_t slot) {
  if (slot >= WC_DROP_FLOWS) return std::nullopt;
  if (numbers_[slot] == kOpen) define(slots, slot);
  if (numbers_[slot] >= kVoid) return std::nullopt;
  return numbers_[slot];
}

void DropFlows::refresh(const wc_drop_flow* slots) {
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    const wc_drop_flow& slot = slots[slots_[i]];
    flows_[i].datagrams = __atomic_load_n(&slot.datagrams, __ATOMIC_RELAXED);
    if (flows_[i].socket.cookie == 0) flows_[i].socket.cookie = __atomic_load_n(&slot.cookie, __ATOMIC_RELAXED);
  }
}

}  // namespace wirecause
