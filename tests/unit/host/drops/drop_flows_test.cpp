// Slots of the shared table as the program in the kernel writes them, and as nobody should.
// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_flows.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "bpf/drop_record.h"

namespace wirecause {
namespace {

ReasonNames names() {
  ReasonNames out;
  out.add(2, "SKB_DROP_REASON_NOT_SPECIFIED");
  out.add(6, "SKB_DROP_REASON_SOCKET_RCVBUFF");
  return out;
}

wc_drop_flow slot(std::uint32_t reason) {
  wc_drop_flow out{};
  out.state = WC_DROP_FLOW_DEFINED;
  out.reason = reason;
  out.location = 0xff01;
  out.destination[10] = out.destination[11] = 0xff;
  out.destination[12] = 239;
  out.destination_port = 26400;
  std::memcpy(out.interface, "eth0", 5);
  return out;
}

TEST(DropFlows, NamesReasonPlaceAndFunction) {
  const KernelSymbols symbols = KernelSymbols::parse("ff00 t ip_rcv_finish_core\nff80 t other\n");
  const DropFlow flow = drop_flow_of(slot(2), names(), symbols);
  EXPECT_EQ(flow.reason, "SKB_DROP_REASON_NOT_SPECIFIED");
  EXPECT_EQ(flow.symbol, "ip_rcv_finish_core");
  EXPECT_EQ(flow.place, Checkpoint::ip);
  EXPECT_EQ(flow.destination.text(), "239.0.0.0");
  EXPECT_EQ(flow.interface, "eth0");
}

// A place is the address behind the call, which may be the first of the next function.
TEST(DropFlows, AReturnAddressBelongsToTheFunctionBeforeIt) {
  const KernelSymbols symbols = KernelSymbols::parse("fe00 t first\nff01 t second\n");
  EXPECT_EQ(drop_flow_of(slot(2), names(), symbols).symbol, "first");
}

// __udp_queue_rcv_skb: -ENOMEM is RCVBUFERRORS, anything else MEMERRORS; 5.17 called them so.
TEST(DropFlows, AKernelWithoutReasonsStillSaysWhyUdpRefused) {
  wc_drop_flow full = slot(0);
  EXPECT_EQ(drop_flow_of(full, {}, {}).reason, "SKB_DROP_REASON_NOT_SPECIFIED");
  full.failure = -ENOMEM;
  EXPECT_EQ(drop_flow_of(full, {}, {}).reason, "SKB_DROP_REASON_SOCKET_RCVBUFF");
  full.failure = -ENOBUFS;
  EXPECT_EQ(drop_flow_of(full, {}, {}).reason, "SKB_DROP_REASON_PROTO_MEM");
}

TEST(DropFlows, SlotsThatLostARaceLeaveNoHoleInTheNumbers) {
  std::vector<wc_drop_flow> slots(WC_DROP_FLOWS);
  slots[0] = slot(6);
  slots[1].state = WC_DROP_FLOW_VOID;
  slots[3] = slot(2);  // slot 2 is still being written
  DropFlows flows(names(), {});
  flows.update(slots.data(), 4);
  ASSERT_EQ(flows.all().size(), 2U);
  EXPECT_EQ(flows.find(slots.data(), 0), 0U);
  EXPECT_EQ(flows.find(slots.data(), 1), std::nullopt);
  EXPECT_EQ(flows.find(slots.data(), 2), std::nullopt);
  EXPECT_EQ(flows.find(slots.data(), 3), 1U);
  slots[2] = slot(6);
  flows.update(slots.data(), 4);
  EXPECT_EQ(flows.find(slots.data(), 2), 2U);
  EXPECT_EQ(flows.all()[2].id, 2U);
}

TEST(DropFlows, ASlotBeyondTheTableIsNoFlow) {
  std::vector<wc_drop_flow> slots(WC_DROP_FLOWS);
  DropFlows flows(names(), {});
  EXPECT_EQ(flows.find(slots.data(), WC_DROP_FLOWS), std::nullopt);
  EXPECT_EQ(flows.find(slots.data(), 0xffff'ffff), std::nullopt);
}

TEST(DropFlows, CountsAndCookiesAreReadAgain) {
  std::vector<wc_drop_flow> slots(WC_DROP_FLOWS);
  slots[0] = slot(6);
  DropFlows flows(names(), {});
  flows.update(slots.data(), 1);
  slots[0].datagrams = 1204;
  slots[0].cookie = 77;
  flows.refresh(slots.data());
  EXPECT_EQ(flows.all()[0].datagrams, 1204U);
  EXPECT_EQ(flows.all()[0].socket.cookie, 77U);
}

TEST(DropFlows, AnyBytesAreAFlow) {
  wc_drop_flow bad;
  std::memset(&bad, 0xff, sizeof bad);
  const DropFlow flow = drop_flow_of(bad, names(), KernelSymbols::parse("ff00 t name\n"));
  EXPECT_EQ(flow.reason, "reason 4294967295");
  EXPECT_EQ(flow.interface.size(), 16U);
  EXPECT_EQ(flow.socket_source, SocketSource::none);
}

}  // namespace
}  // namespace wirecause
