// SPDX-License-Identifier: Apache-2.0
#include "tap/quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "support/packet_builder.hpp"

namespace wirecause {
namespace {

using test::Packet;
using test::PacketBuilder;

constexpr Subject kPoint0{SubjectKind::point, 0};
constexpr Subject kPoint1{SubjectKind::point, 1};

// A run over one or more points: packets go in with their time, evidence comes out.
class Observed {
 public:
  struct Seen {
    std::int64_t at_ns = 0;
    std::uint32_t point = 0;
    std::size_t captured = SIZE_MAX;
    Direction direction = Direction::unknown;
    bool is_unfilled = false;
    bool is_plain = false;  // FlowDecoder says so; not the first of the run
  };

  void see(const PacketBuilder& builder, Seen seen) {
    const Packet packet = builder.build();
    PacketView view = test::view_of(packet, builder.link_type());
    view.bytes = view.bytes.first(std::min(seen.captured, view.bytes.size()));
    view.time = TimeNs{seen.at_ns};
    view.frame = ++frame_;
    view.direction = seen.direction;
    view.is_checksum_unfilled = seen.is_unfilled;
    Decoded decoded;
    decode(view, decoded);
    if (seen.is_plain) return quality_.plain(0, view, decoded);
    quality_.enter(0, view, decoded, seen.point);
    quality_.packet(0, view, decoded);
  }

  const Record* record(std::string_view name, Subject subject = kPoint0) {
    timeline_ = Timeline{};
    quality_.publish(timeline_);
    return EvidenceView(timeline_).find(name, subject);
  }
  std::optional<std::int64_t> value(std::string_view name, Subject subject = kPoint0) {
    const Record* found = record(name, subject);
    return found == nullptr ? std::nullopt : std::optional(found->value);
  }
  const Timeline& published() {
    timeline_ = Timeline{};
    quality_.publish(timeline_);
    return timeline_;
  }

 private:
  TapQuality quality_{1};
  Timeline timeline_;
  std::uint64_t frame_ = 0;
};

PacketBuilder datagram(std::uint16_t ip_id, std::string_view source = "10.0.0.1") {
  return PacketBuilder{}.ipv4(source, "239.1.1.1").ip_id(ip_id).udp(1000, 26400).payload("payload of sixty");
}

constexpr std::int64_t kMicrosecond = 1000;
constexpr std::int64_t kMillisecond = 1'000'000;

TEST(TapQuality, PublishesNothingWithoutPackets) { EXPECT_TRUE(Observed{}.published().records().empty()); }

TEST(TapQuality, FindsNothingInACleanCapture) {
  Observed run;
  for (std::uint16_t i = 1; i <= 100; ++i) run.see(datagram(i), {.at_ns = i * kMillisecond});
  EXPECT_EQ(run.value("capture.packets"), 100);
  EXPECT_EQ(run.value("capture.checksum_checked"), 100);
  const std::set<std::string_view> counts{"capture.packets", "capture.checksum_checked"};
  for (const Record& record : run.published().records()) {
    EXPECT_TRUE(counts.contains(record.name) || record.value == 0) << record.name;
    EXPECT_TRUE(record.text.empty()) << record.name;
    EXPECT_TRUE(record.frames.frames.empty()) << record.name;
  }
  EXPECT_EQ(run.value("capture.repeated_delay"), std::nullopt);
  EXPECT_EQ(run.value("capture.backward_largest"), std::nullopt);
}

TEST(TapQuality, SaysNothingOfWhatNoPacketCouldShow) {
  Observed run;
  run.see(PacketBuilder{}.ethertype(0x88cc).payload("lldp"), {});
  EXPECT_EQ(run.value("capture.packets"), 1);
  EXPECT_EQ(run.value("capture.truncated"), 0);
  for (const auto* name : {"capture.repeated", "capture.second_sight", "capture.checksum_bad",
                           "capture.ip_checksum_bad", "capture.oversize_frames", "capture.backward_stamps"}) {
    EXPECT_EQ(run.value(name), std::nullopt) << name;
  }
}

TEST(TapQuality, PublishesOnlyDeclaredNamesInTheirShapeAndUnit) {
  Observed run;
  for (std::uint16_t i = 1; i <= 40; ++i) {
    run.see(datagram(i).bad_checksum(), {.at_ns = -i * kMillisecond});
    run.see(datagram(i).bad_checksum(), {.at_ns = -i * kMillisecond});
    run.see(datagram(i).bad_checksum().ttl(9).bad_ip_checksum(), {.at_ns = -i * kMillisecond});
  }
  std::set<std::string_view> seen;
  for (const Record& record : run.published().records()) {
    const auto declared = std::ranges::find(tap_publishes(), record.name, &Published::name);
    ASSERT_NE(declared, tap_publishes().end()) << record.name;
    EXPECT_EQ(record.shape, declared->shape) << record.name;
    EXPECT_EQ(record.unit, declared->unit) << record.name;
    EXPECT_TRUE(seen.insert(record.name).second) << record.name << " twice";
  }
  EXPECT_EQ(seen.size(), tap_publishes().size());
}

TEST(TapQuality, CountsADatagramOfWhosePayloadNothingCanBeReadAmongThoseWithoutTheirHeaders) {
  Observed run;
  run.see(datagram(1), {.captured = 42});  // behind UDP
  run.see(datagram(2), {.captured = 49});  // seven bytes further
  run.see(datagram(3), {.captured = 50});
  EXPECT_EQ(run.value("capture.truncated"), 3);
  EXPECT_EQ(run.value("capture.truncated_headers"), 2);
}

TEST(TapQuality, CountsPacketsThatAreCutAndThoseWithoutTheirHeaders) {
  Observed run;
  run.see(datagram(1), {.captured = 50});  // payload cut
  run.see(datagram(2), {.captured = 40});  // inside UDP
  run.see(datagram(3), {.captured = 20});  // inside IP
  run.see(datagram(4), {});
  EXPECT_EQ(run.value("capture.truncated"), 3);
  EXPECT_EQ(run.value("capture.truncated_headers"), 2);
  EXPECT_EQ(run.record("capture.truncated")->frames.filter, "frame.cap_len < frame.len");
  EXPECT_EQ(run.record("capture.truncated_headers")->frames.frames, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(run.record("capture.truncated_headers")->frames.filter, "frame.number in {2, 3}");
}

TEST(TapQuality, CountsStampsThatGoBack) {
  Observed run;
  for (const std::int64_t at : {100, 200, 150, 160, 60, 300}) run.see(datagram(1), {.at_ns = at});
  EXPECT_EQ(run.value("capture.backward_stamps"), 2);
  EXPECT_EQ(run.value("capture.backward_largest"), 100);
  EXPECT_EQ(run.record("capture.backward_stamps")->frames.frames, (std::vector<std::uint64_t>{3, 5}));
}

TEST(TapQuality, ComparesStampsWithinAPointOnly) {
  Observed run;
  run.see(datagram(1), {.at_ns = 100, .point = 0});
  run.see(datagram(2), {.at_ns = 50, .point = 1});
  run.see(datagram(3), {.at_ns = 110, .point = 0});
  run.see(datagram(4), {.at_ns = 60, .point = 1});
  EXPECT_EQ(run.value("capture.backward_stamps", kPoint0), 0);
  EXPECT_EQ(run.value("capture.backward_stamps", kPoint1), 0);
}

TEST(TapQuality, CallsAStreamOfWhichEveryPacketComesTwiceWhollyRepeated) {
  Observed run;
  for (std::uint16_t i = 1; i <= 100; ++i) {
    run.see(datagram(i), {.at_ns = i * kMillisecond});
    run.see(datagram(i), {.at_ns = i * kMillisecond + 3 * kMicrosecond});
  }
  EXPECT_EQ(run.value("capture.repeated"), 100);
  EXPECT_EQ(run.value("capture.repeated_share"), 1'000'000);
  EXPECT_EQ(run.value("capture.repeated_delay"), 3 * kMicrosecond);
  EXPECT_EQ(run.value("capture.repeated_delay_spread"), 0);
  EXPECT_EQ(run.record("capture.repeated")->frames.frames, (std::vector<std::uint64_t>{2, 4, 6, 8, 10, 12, 14, 16}));
  EXPECT_EQ(run.value("capture.second_sight"), 0);
}

TEST(TapQuality, GivesTheShareOfSomeRepeatedPackets) {
  Observed run;
  for (std::uint16_t i = 1; i <= 100; ++i) {
    run.see(datagram(i), {.at_ns = i * kMillisecond});
    for (int copy = 1; i <= 10 && copy <= 3; ++copy) run.see(datagram(i), {.at_ns = i * kMillisecond + copy * i});
  }
  EXPECT_EQ(run.value("capture.repeated"), 30);
  EXPECT_EQ(run.value("capture.repeated_share"), 100'000);  // ten of a hundred came again, however often
}

TEST(TapQuality, JudgesEachDirectionForItself) {  // a mirror port that doubles what goes out
  Observed run;
  for (std::uint16_t i = 1; i <= 50; ++i) {
    run.see(datagram(i, "10.0.0.1"), {.at_ns = i * kMillisecond, .direction = Direction::in});
    run.see(datagram(i, "10.0.0.2"), {.at_ns = i * kMillisecond, .direction = Direction::out});
    run.see(datagram(i, "10.0.0.2"), {.at_ns = i * kMillisecond + 1, .direction = Direction::out});
  }
  EXPECT_EQ(run.value("capture.repeated_share"), 1'000'000);
  EXPECT_EQ(run.record("capture.repeated_share")->text, "in: 0 of 50, out: 50 of 50");
}

TEST(TapQuality, DoesNotCallHeartbeatsRepeated) {  // no IP id, the same bytes every 100 ms
  Observed run;
  for (int i = 0; i < 50; ++i) run.see(datagram(0).no_checksum(), {.at_ns = i * 100 * kMillisecond});
  EXPECT_EQ(run.value("capture.repeated"), 0);
}

TEST(TapQuality, DoesNotCallATcpRetransmissionRepeated) {  // the same segment in another IP packet
  Observed run;
  const auto segment = [](std::uint16_t id) {
    return PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_id(id).tcp(1, 2, 77, 88, 0x18).payload("data");
  };
  run.see(segment(1), {.at_ns = 0});
  run.see(segment(2), {.at_ns = kMillisecond});
  EXPECT_EQ(run.value("capture.repeated"), 0);
}

TEST(TapQuality, DoesNotJudgeBareAcknowledgementsWithoutAnIpId) {  // duplicate ACKs are alike by right
  Observed run;
  for (int i = 0; i < 3; ++i) {
    run.see(PacketBuilder{}.ipv6("2001:db8::1", "2001:db8::2").tcp(1, 2, 77, 88, 0x10), {.at_ns = i});
  }
  EXPECT_EQ(run.value("capture.repeated"), std::nullopt);
}

TEST(TapQuality, TellsDatagramsWithoutIpIdByTheirBytes) {
  Observed run;
  const auto six = [](std::string_view text) {
    return PacketBuilder{}.ipv6("2001:db8::1", "ff15::1").udp(1, 2).no_checksum().payload(text);
  };
  run.see(six("a long message that differs only at its end: sequence number of the last one 1"), {.at_ns = 0});
  run.see(six("a long message that differs only at its end: sequence number of the last one 2"), {.at_ns = 1});
  EXPECT_EQ(run.value("capture.repeated"), 0);
  run.see(six("a long message that differs only at its end: sequence number of the last one 2"), {.at_ns = 2});
  EXPECT_EQ(run.value("capture.repeated"), 1);
}

TEST(TapQuality, TellsFragmentsOfOneDatagramApart) {
  Observed run;
  const auto fragment = [](std::uint16_t offset) {
    return PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_id(9).ip_protocol(17).fragment(offset, true).payload(1480);
  };
  run.see(fragment(1480), {.at_ns = 0});
  run.see(fragment(2960), {.at_ns = 1});
  EXPECT_EQ(run.value("capture.repeated"), 0);
}

TEST(TapQuality, CallsAPacketBehindARouterASecondSightAndSaysWhatDiffers) {
  Observed run;
  for (std::uint16_t i = 1; i <= 20; ++i) {
    run.see(datagram(i).ethernet("02:00:00:00:00:01").ttl(64), {.at_ns = i * kMillisecond});
    run.see(datagram(i).ethernet("02:00:00:00:00:99").ttl(63), {.at_ns = i * kMillisecond + 40 * kMicrosecond});
  }
  EXPECT_EQ(run.value("capture.second_sight"), 20);
  EXPECT_EQ(run.value("capture.second_sight_share"), 1'000'000);
  EXPECT_EQ(run.value("capture.second_sight_delay"), 40 * kMicrosecond);
  EXPECT_EQ(run.value("capture.second_sight_delay_spread"), 0);
  EXPECT_EQ(run.record("capture.second_sight")->text, "TTL 64 -> 63, source MAC differs");
  EXPECT_EQ(run.value("capture.repeated"), 0);
}

TEST(TapQuality, CallsAPacketInAnotherVlanASecondSight) {
  Observed run;
  run.see(datagram(1).vlan(10), {.at_ns = 0});
  run.see(datagram(1).vlan(20), {.at_ns = 1});
  run.see(datagram(2), {.at_ns = 2});
  run.see(datagram(2).vlan(20), {.at_ns = 3});
  EXPECT_EQ(run.value("capture.second_sight"), 2);
  EXPECT_EQ(run.record("capture.second_sight")->text, "VLAN 10 -> 20");
}

TEST(TapQuality, CallsAPacketAtAnotherPointASecondSightOfThatPoint) {
  Observed run;
  for (std::uint16_t i = 1; i <= 20; ++i) {
    run.see(datagram(i), {.at_ns = i * kMillisecond, .point = 0});
    run.see(datagram(i), {.at_ns = i * kMillisecond + 500, .point = 1});
  }
  EXPECT_EQ(run.value("capture.second_sight", kPoint0), 0);
  EXPECT_EQ(run.value("capture.second_sight", kPoint1), 20);
  EXPECT_EQ(run.value("capture.second_sight_share", kPoint1), 1'000'000);
  EXPECT_EQ(run.record("capture.second_sight", kPoint1)->text, "at another point");
  EXPECT_EQ(run.value("capture.repeated", kPoint1), 0);
}

TEST(TapQuality, CallsAForwardedPacketOfACookedCaptureASecondSight) {  // "any": in on one interface, out on another
  Observed run;
  run.see(datagram(1).linux_sll(0), {.at_ns = 0});
  run.see(datagram(1).linux_sll(4), {.at_ns = 1});
  EXPECT_EQ(run.value("capture.second_sight"), 1);
  EXPECT_EQ(run.record("capture.second_sight")->text, "direction differs");
}

TEST(TapQuality, ForgetsAPacketAfterTenMilliseconds) {
  Observed run;
  run.see(datagram(1), {.at_ns = 0});
  run.see(datagram(1), {.at_ns = 10 * kMillisecond + 1});
  EXPECT_EQ(run.value("capture.repeated"), 0);
  run.see(datagram(1), {.at_ns = 20 * kMillisecond});
  EXPECT_EQ(run.value("capture.repeated"), 1);
}

TEST(TapQuality, TellsAHostWhoseChecksumsAreNotFilledInFromDamage) {
  Observed run;
  std::int64_t now = 0;
  for (std::uint16_t i = 1; i <= 100; ++i) {
    run.see(datagram(i, "10.0.0.1").bad_checksum(), {.at_ns = now += kMillisecond});
    run.see(i <= 2 ? datagram(i, "10.0.0.2").bad_checksum() : datagram(i, "10.0.0.2"), {.at_ns = now += kMillisecond});
    run.see(i <= 30 ? datagram(i, "10.0.0.3").bad_checksum() : datagram(i, "10.0.0.3"), {.at_ns = now += kMillisecond});
    if (i <= 15) run.see(datagram(i, "10.0.0.4").bad_checksum(), {.at_ns = now += kMillisecond});
  }
  EXPECT_EQ(run.value("capture.checksum_checked"), 315);
  EXPECT_EQ(run.value("capture.checksum_bad"), 147);
  EXPECT_EQ(run.value("capture.checksum_hosts_all_bad"), 1);
  EXPECT_EQ(run.record("capture.checksum_hosts_all_bad")->text, "10.0.0.1 (100 of 100)");
  EXPECT_EQ(run.value("capture.checksum_hosts_some_bad"), 1);
  EXPECT_EQ(run.record("capture.checksum_hosts_some_bad")->text, "10.0.0.2 (2 of 100)");
}

// Senders of this machine, over a software link: whether the packets of the flow take the short way or not.
TEST(TapQuality, CountsUnfilledChecksumsNeitherAsGoodNorAsBad) {
  for (const bool is_plain : {false, true}) {
    Observed run;
    for (std::uint16_t i = 1; i <= 100; ++i) {
      const auto number = static_cast<char>(i);
      const std::string payload = "the number is behind." + std::string(3, number) + "the rest";
      run.see(datagram(7).payload(payload).bad_checksum(),
              {.at_ns = i * kMicrosecond, .is_unfilled = true, .is_plain = is_plain && i > 1});
    }
    run.see(datagram(7).payload("the number is behind.dddthe rest").bad_checksum(),
            {.at_ns = 101 * kMicrosecond, .is_unfilled = true, .is_plain = is_plain});
    EXPECT_EQ(run.value("capture.packets"), 101);
    EXPECT_EQ(run.value("capture.checksum_checked").value_or(0), 0);
    EXPECT_EQ(run.value("capture.checksum_bad").value_or(0), 0);
    EXPECT_EQ(run.value("capture.repeated"), 1) << "'d' is 100: alike but for their number, packets are told apart";
  }
}

// Whichever way the original and its copy take.
TEST(TapQuality, ASegmentThatComesTwiceIsFoundOnEitherWay) {
  for (const bool is_plain : {false, true}) {
    Observed run;
    const auto segment = [](std::uint16_t id) {
      return PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").ip_id(id).tcp(1000, 80).payload(40);
    };
    for (std::uint16_t i = 1; i <= 100; ++i) {
      run.see(segment(i), {.at_ns = i * kMicrosecond, .is_plain = is_plain && i > 1});
    }
    run.see(segment(1), {.at_ns = 101 * kMicrosecond, .is_plain = true});
    run.see(segment(50), {.at_ns = 102 * kMicrosecond, .is_plain = is_plain});
    EXPECT_EQ(run.value("capture.packets"), 102);
    EXPECT_EQ(run.value("capture.checksum_checked"), 102);
    EXPECT_EQ(run.value("capture.repeated"), 2);
  }
}

TEST(TapQuality, ListsTheFirstFourHosts) {
  Observed run;
  for (std::uint16_t i = 1; i <= 20; ++i) {
    for (const auto* host : {"10.0.0.6", "10.0.0.5", "10.0.0.4", "10.0.0.3", "10.0.0.2", "10.0.0.1"}) {
      run.see(datagram(i, host).bad_checksum(), {.at_ns = i});
    }
  }
  EXPECT_EQ(run.value("capture.checksum_hosts_all_bad"), 6);
  EXPECT_EQ(run.record("capture.checksum_hosts_all_bad")->text,
            "10.0.0.1 (20 of 20), 10.0.0.2 (20 of 20), 10.0.0.3 (20 of 20), 10.0.0.4 (20 of 20), 2 more");
}

TEST(TapQuality, KeepsItsSumsWithMoreHostsThanItFollows) {
  Observed run;
  for (int i = 0; i < 1000; ++i) {
    const std::string host = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    run.see(datagram(1, host).bad_checksum(), {.at_ns = i});
  }
  EXPECT_EQ(run.value("capture.checksum_bad"), 1000);
}

TEST(TapQuality, CountsFramesLargerThanAnEthernetCarries) {
  Observed run;
  run.see(PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_id(1).tcp(1, 2).payload(1460), {});                  // 1514
  run.see(PacketBuilder{}.vlan(1).vlan(2).ipv4("10.0.0.1", "10.0.0.2").ip_id(2).tcp(1, 2).payload(1460), {});  // 1522
  run.see(PacketBuilder{}.ipv4("10.0.0.1", "10.0.0.2").ip_id(3).tcp(1, 2).payload(2920), {});
  EXPECT_EQ(run.value("capture.oversize_frames"), 1);
  EXPECT_EQ(run.record("capture.oversize_frames")->frames.frames, (std::vector<std::uint64_t>{3}));
}

TEST(TapQuality, CountsBadIpHeaderChecksums) {
  Observed run;
  run.see(datagram(1).bad_ip_checksum(), {});
  run.see(datagram(2), {});
  EXPECT_EQ(run.value("capture.ip_checksum_bad"), 1);
}

TEST(TapQuality, CountsThePacketsOfPointsItDoesNotFollow) {
  TapQuality quality(1);
  quality.enter(0, PacketView{}, Decoded{}, TapQuality::kMaxPoints);
  quality.packet(0, PacketView{}, Decoded{});
  EXPECT_EQ(quality.untracked_packets(), 1U);
}

}  // namespace
}  // namespace wirecause
