// Counters around a symptom: growths, split between symptoms that lie close together; levels; the link of an absence.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/host_case.hpp"
#include "support/live_report.hpp"

namespace wirecause::test {
namespace {

using ::testing::SizeIs;

constexpr std::uint64_t kReader = 7;
constexpr Subject kCpu0{SubjectKind::cpu, 0};
constexpr Subject kEth2{SubjectKind::interface, 1};

class HostGrowths : public ::testing::Test {
 protected:
  void SetUp() override {
    lab.socket({.cookie = kReader, .local = "239.1.1.1"});
    lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler").discover(true).mold_run(1, 10).discover();
    flow = lab.flow({.place = Checkpoint::netfilter, .reason = "SKB_DROP_REASON_NETFILTER_DROP"});
    read(0, 0);
  }
  void read(std::int64_t ms, std::int64_t value) {
    reporter.book.at(kLabStart + milliseconds(ms));
    reporter.book.sample("nf_conntrack.drop", kCpu0, value);
  }
  // The kernel drops the number that is sent at that time.
  void drop_at(std::int64_t ms, std::uint64_t number) {
    lab.at(kLabStart + milliseconds(ms)).mold(number).drop(flow, number).join();
  }
  LabReport report() {
    LabReport made = reporter.report();
    EXPECT_THAT(made.of(Symptom::drop), SizeIs(2));
    return made;
  }
  static std::optional<std::uint64_t> tracked(const LabReport& made, std::size_t drop) {
    const auto growth = growth_of(EvidenceView(made.timeline), made.of(Symptom::drop)[drop], "nf_conntrack.drop");
    return growth ? std::optional(growth->packets) : std::nullopt;
  }

  LiveLab lab;
  LabReporter reporter{lab};
  std::uint32_t flow = 0;
};

TEST_F(HostGrowths, WhatAReadingBetweenTwoSymptomsShowsIsNotTheSecondOnes) {
  drop_at(1'000, 11);
  read(1'200, 5);
  drop_at(2'300, 12);
  read(2'900, 5);
  read(9'000, 5);
  const LabReport made = report();
  EXPECT_EQ(tracked(made, 0), 5U);
  EXPECT_EQ(tracked(made, 1), 0U);
}

TEST_F(HostGrowths, WhatNoReadingSeparatesIsNeithersAlone) {
  lab.socket({.cookie = 8, .local = "239.1.2.1"});
  lab.joins(8, "239.1.2.1").owned_by(8, 77, "other");
  lab.on({.group = "239.1.2.1"}).mold_run(1, 10).discover().on({});
  const auto other =
      lab.flow({.place = Checkpoint::netfilter, .reason = "SKB_DROP_REASON_NETFILTER_DROP", .group = "239.1.2.1"});
  drop_at(1'000, 11);
  lab.on({.group = "239.1.2.1"}).at(kLabStart + milliseconds(1'500)).mold(11).drop(other, 11).join();
  read(1'800, 5);
  read(9'000, 5);
  const LabReport made = report();
  EXPECT_EQ(tracked(made, 0), std::nullopt);
  EXPECT_EQ(tracked(made, 1), std::nullopt);
  const Record* whole = made.measured(made.of(Symptom::drop)[0], "nf_conntrack.drop");
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->value, 5);
  EXPECT_EQ(whole->count, 5U);
}

TEST_F(HostGrowths, OfALevelTheHighestReadingHangsOnTheSymptom) {
  const auto level = [&](std::int64_t ms, std::int64_t value) {
    reporter.book.at(kLabStart + milliseconds(ms));
    reporter.book.sample("net.netfilter.nf_conntrack_count", kHost, value);
  };
  level(0, 800);
  drop_at(1'000, 11);
  level(1'100, 1'024);
  level(1'900, 900);
  drop_at(9'000, 12);
  level(9'500, 700);
  const LabReport made = report();
  const Record* first = made.measured(made.of(Symptom::drop)[0], "net.netfilter.nf_conntrack_count");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->shape, Shape::sample);
  EXPECT_EQ(first->value, 1'024);
  EXPECT_EQ(first->from, kLabStart + milliseconds(1'100));
  const Record* second = made.measured(made.of(Symptom::drop)[1], "net.netfilter.nf_conntrack_count");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->value, 900);
}

// Joined on eth2, where nothing comes; another feed goes on on eth1.
class AbsentGroup : public ::testing::Test {
 protected:
  AbsentGroup() {
    lab.socket({.cookie = kReader, .local = "239.7.7.7"});
    lab.joins(kReader, "239.7.7.7", 3).owned_by(kReader, 2'435, "feedhandler");
    lab.discover(true).mold_run(1, 50).discover();
  }
  void carrier(std::int64_t ms, std::int64_t value) {
    Record record;
    record.shape = Shape::event;
    record.name = "link.carrier";
    record.subject = kEth2;
    record.value = value;
    record.from = kLabStart + milliseconds(ms);
    reporter.book.record(std::move(record));
  }
  void lost_carriers(std::int64_t ms, std::int64_t value) {
    reporter.book.at(kLabStart + milliseconds(ms));
    reporter.book.sample("carrier_down_count", kEth2, value);
  }
  // What is said of the absence.
  std::vector<std::string> told() {
    std::vector<std::string> ids;
    for (const Finding& finding : reporter.report(seconds(10)).result.diagnosis.findings) {
      if (finding.subject_name.find("239.7.7.7") != std::string::npos) ids.emplace_back(finding.cause->id);
    }
    return ids;
  }
  LiveLab lab{LabOptions{.interfaces = {"eth1", "eth2"}}};
  LabReporter reporter{lab};
};

TEST_F(AbsentGroup, IsLaidToTheLinkThatWasDown) {
  carrier(-500, 0);
  EXPECT_THAT(told(), ::testing::ElementsAre("link_flap"));
}

TEST_F(AbsentGroup, IsNotLaidToALinkThatStood) {
  lost_carriers(-1'000, 3);
  lost_carriers(9'100, 3);  // the newest reading: the absence goes on
  const LabReport made = reporter.report(seconds(10));
  ASSERT_THAT(made.of(Symptom::absence), SizeIs(1));
  const Record* lost = made.measured(made.of(Symptom::absence)[0], "carrier_down_count");
  ASSERT_NE(lost, nullptr);
  EXPECT_EQ(lost->value, 0);
  EXPECT_THAT(told(), ::testing::ElementsAre("publisher_stall"));
}

TEST(AbsentGroupElsewhere, BearsTheFeedThatComesOnAnotherInterface) {
  LiveLab lab({.interfaces = {"eth1", "eth2"}});
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader, "239.1.1.1", 3).owned_by(kReader, 2'435, "feedhandler");
  lab.discover(true).mold_run(1, 50).discover();
  const LabReport made = LabReporter(lab).report(seconds(10));
  for (const Episode& absent : made.of(Symptom::absence)) {
    EXPECT_EQ(EvidenceView(made.timeline).value("consumer.interface", absent.subject), 1);
    EXPECT_EQ(EvidenceView(made.timeline).value("consumer.feed", absent.subject), 0);
  }
}

}  // namespace
}  // namespace wirecause::test
