// SPDX-License-Identifier: Apache-2.0
#include "engine/live/host_book.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};
constexpr Subject kInterface{SubjectKind::interface, 0};

Record made(Shape shape, std::string_view name, std::int64_t value, TimeNs from = kNoTime) {
  Record record;
  record.shape = shape;
  record.name = name;
  record.subject = kInterface;
  record.value = value;
  record.from = from;
  return record;
}

TEST(HostBook, StampsAReadingWithTheTimeOfItsRound) {
  HostBook book;
  book.at(kStart);
  book.sample("rx_dropped", kInterface, 10);
  book.at(kStart + seconds(1));
  book.sample("rx_dropped", kInterface, 14);
  EXPECT_EQ(book.history().increase("rx_dropped", kInterface, kStart, kStart + seconds(1)), 4);
  EXPECT_EQ(book.history().last("rx_dropped", kInterface)->time, kStart + seconds(1));
}

TEST(HostBook, OfAStateTheNewestHolds) {
  HostBook book;
  book.at(kStart);
  book.record(made(Shape::state, "link.speed", 1'000));
  book.at(kStart + seconds(1));
  book.record(made(Shape::state, "link.speed", 10'000));
  ASSERT_EQ(book.states().size(), 1U);
  EXPECT_EQ(book.state("link.speed", kInterface)->value, 10'000);
  EXPECT_EQ(book.state("link.speed", kInterface)->from, kStart + seconds(1));
  EXPECT_EQ(book.state("link.speed", {SubjectKind::interface, 1}), nullptr);
}

TEST(HostBook, OfTwoSummariesNoneReplacesTheOther) {
  HostBook book;
  book.at(kStart);
  book.record(made(Shape::summary, "netfilter.rule_packets", 5));
  book.record(made(Shape::summary, "netfilter.rule_packets", 3));
  ASSERT_EQ(book.summaries().size(), 2U);
  EXPECT_EQ(book.summaries()[0].value, 5);
  EXPECT_TRUE(book.states().empty());
  for (std::size_t i = 0; i < HostBook::kMaxSummaries; ++i) {
    book.record(made(Shape::summary, "netfilter.rule_packets", 1));
  }
  EXPECT_EQ(book.summaries().size(), HostBook::kMaxSummaries);
  EXPECT_EQ(book.forgotten(), 2U);
}

TEST(HostBook, ARecordThatHasATimeKeepsIt) {
  HostBook book;
  book.at(kStart + seconds(9));
  book.record(made(Shape::event, "link.carrier", 0, kStart));
  EXPECT_EQ(book.events().front().from, kStart);
}

TEST(HostBook, EventsStayInTheirOrder) {
  HostBook book;
  book.at(kStart);
  book.record(made(Shape::event, "link.carrier", 0));
  book.record(made(Shape::event, "link.carrier", 1));
  ASSERT_EQ(book.events().size(), 2U);
  EXPECT_EQ(book.events()[0].value, 0);
  EXPECT_EQ(book.events()[1].value, 1);
  EXPECT_TRUE(book.states().empty());
}

TEST(HostBook, OfTooManyEventsTheOldestAreForgottenAndCounted) {
  HostBook book;
  book.at(kStart);
  for (std::size_t i = 0; i < HostBook::kMaxEvents + 5; ++i) {
    book.record(made(Shape::event, "link.carrier", static_cast<std::int64_t>(i)));
  }
  EXPECT_EQ(book.events().size(), HostBook::kMaxEvents);
  EXPECT_EQ(book.events().front().value, 5);
  EXPECT_EQ(book.forgotten(), 5U);
}

TEST(HostBook, OfTooManyStatesTheNewOnesAreLeftOutAndTheKnownOnesStillChange) {
  HostBook book;
  book.at(kStart);
  for (std::uint32_t i = 0; i < HostBook::kMaxStates + 3; ++i) {
    Record record = made(Shape::state, "setting", 1);
    record.subject.id = i;
    book.record(std::move(record));
  }
  EXPECT_EQ(book.states().size(), HostBook::kMaxStates);
  EXPECT_EQ(book.forgotten(), 3U);
  book.record(made(Shape::state, "setting", 2));
  EXPECT_EQ(book.state("setting", kInterface)->value, 2);
}

}  // namespace
}  // namespace wirecause
