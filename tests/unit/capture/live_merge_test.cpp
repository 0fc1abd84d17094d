// Live sources merged by time: scripted sources that say what they have and up to when.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "capture/live/live_merge.hpp"

namespace wirecause {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ScriptedSource final : public LiveSource {
 public:
  explicit ScriptedSource(std::uint32_t input) : input_(input) {}

  void brings(std::initializer_list<std::int64_t> times) {
    for (const std::int64_t time : times) waiting.push_back(TimeNs{time});
  }
  std::deque<TimeNs> waiting;
  TimeNs idle_until = kNoTime;  // what watermark() says when nothing waits
  std::optional<std::string> trouble;

  std::size_t next_batch(std::span<PacketView> out) override {
    std::size_t filled = 0;
    for (; filled < out.size() && !waiting.empty(); waiting.pop_front()) {
      out[filled] = {};
      out[filled].time = waiting.front();
      out[filled].input = input_;
      out[filled].frame = ++frames_;
      if (waiting.front() != kNoTime) last_ = later(last_, waiting.front());
      ++filled;
    }
    return filled;
  }
  const CaptureFacts& facts() const override { return facts_; }
  const std::optional<std::string>& tail_error() const override { return trouble; }
  std::uint64_t bytes_consumed() const override { return 0; }
  TimeNs watermark(TimeNs) const override { return waiting.empty() ? later(last_, idle_until) : last_; }
  int descriptor() const override { return -1; }
  StampSource stamp_source() const override { return StampSource::software; }
  void refresh_statistics() override {}

 private:
  std::uint32_t input_;
  std::uint64_t frames_ = 0;
  TimeNs last_ = kNoTime;
  CaptureFacts facts_;
};

class LiveMerged : public ::testing::Test {
 protected:
  LiveMerge merge_of(std::uint32_t count) {
    std::vector<std::unique_ptr<LiveSource>> sources;
    for (std::uint32_t i = 0; i < count; ++i) {
      auto source = std::make_unique<ScriptedSource>(i);
      scripts.push_back(source.get());
      sources.push_back(std::move(source));
    }
    return LiveMerge(std::move(sources));
  }
  // "input:time" until nothing can go out.
  static std::vector<std::string> drained(LiveMerge& merge, std::size_t batch = 64) {
    std::vector<std::string> all;
    std::vector<PacketView> views(batch);
    for (std::size_t got = merge.next_batch(views, TimeNs{0}); got != 0; got = merge.next_batch(views, TimeNs{0})) {
      for (std::size_t i = 0; i < got; ++i) {
        const std::string time = views[i].time == kNoTime ? "-" : std::to_string(views[i].time.ns);
        all.push_back(std::to_string(views[i].input) + ":" + time);
      }
    }
    return all;
  }

  std::vector<ScriptedSource*> scripts;
};

TEST_F(LiveMerged, PassesOneSourceThrough) {
  LiveMerge merge = merge_of(1);
  scripts[0]->brings({5, 3, 9});
  EXPECT_THAT(drained(merge, 2), ElementsAre("0:5", "0:3", "0:9"));
  EXPECT_EQ(merge.last_time(0), TimeNs{9});
}

TEST_F(LiveMerged, HasNoPacketsWithoutSources) {
  LiveMerge merge({});
  EXPECT_THAT(drained(merge), IsEmpty());
}

TEST_F(LiveMerged, OrdersByTimeAndOfEqualStampsTheLowerInputFirst) {
  LiveMerge merge = merge_of(2);
  scripts[0]->brings({10, 20, 30});
  scripts[1]->brings({10, 15, 30, 31});
  scripts[0]->idle_until = scripts[1]->idle_until = TimeNs{100};
  EXPECT_THAT(drained(merge), ElementsAre("0:10", "1:10", "1:15", "0:20", "0:30", "1:30", "1:31"));
}

TEST_F(LiveMerged, HoldsAPacketBackUntilNobodyCanBringAnEarlierOne) {
  LiveMerge merge = merge_of(2);
  scripts[0]->brings({10, 20, 30});
  scripts[1]->idle_until = TimeNs{20};
  EXPECT_THAT(drained(merge), ElementsAre("0:10"));
  EXPECT_EQ(merge.watermark(TimeNs{0}), TimeNs{20});
  scripts[1]->brings({20, 25});
  EXPECT_THAT(drained(merge), ElementsAre("0:20", "1:20", "1:25"));
  scripts[1]->idle_until = TimeNs{31};
  EXPECT_THAT(drained(merge), ElementsAre("0:30"));
  EXPECT_EQ(merge.watermark(TimeNs{0}), TimeNs{30}) << "of the first source, which has said no more yet";
}

TEST_F(LiveMerged, KeepsAPacketThatIsStampedLateOrNotAtAllInItsPlace) {
  LiveMerge merge = merge_of(2);
  scripts[0]->brings({10, 5, kNoTime.ns, 30});
  scripts[1]->brings({7, 20});
  scripts[0]->idle_until = scripts[1]->idle_until = TimeNs{100};
  EXPECT_THAT(drained(merge), ElementsAre("1:7", "0:10", "0:5", "0:-", "1:20", "0:30"));
}

TEST_F(LiveMerged, NeitherWaitsForAClockThatIsFarOffNorHoldsItsPacketsBack) {
  LiveMerge merge = merge_of(2);
  const std::int64_t now = seconds(100).ns;
  scripts[0]->brings({seconds(137).ns});  // TAI
  scripts[1]->idle_until = TimeNs{now};
  std::vector<PacketView> views(4);
  EXPECT_EQ(merge.next_batch(views, TimeNs{now}), 1U);
  scripts[1]->brings({now + 5});
  EXPECT_EQ(merge.next_batch(views, TimeNs{now + 10}), 1U);

  scripts.clear();
  LiveMerge other = merge_of(2);
  scripts[0]->idle_until = TimeNs{seconds(63).ns};  // as far behind
  scripts[1]->brings({now});
  EXPECT_EQ(other.next_batch(views, TimeNs{now + 10}), 0U);
  EXPECT_EQ(other.next_batch(views, TimeNs{now + 10} + seconds(1)), 1U);
}

TEST_F(LiveMerged, GivesTheSameOrderForAnyTimingOfArrivals) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    scripts.clear();
    LiveMerge merge = merge_of(3);
    std::vector<std::pair<std::int64_t, std::uint32_t>> sent;
    std::vector<std::string> seen;
    std::int64_t now = 1;
    for (int step = 0; step < 50; ++step) {
      for (std::uint32_t input = 0; input < 3; ++input) {
        std::int64_t at = now;
        for (auto count = random() % 4; count != 0; --count) {
          at += static_cast<std::int64_t>(random() % 5);
          scripts[input]->brings({at});
          sent.emplace_back(at, input);
        }
      }
      now += 20;
      for (ScriptedSource* script : scripts) script->idle_until = TimeNs{now - static_cast<std::int64_t>(random() % 4)};
      for (std::string& one : drained(merge, 1 + random() % 7)) seen.push_back(std::move(one));
    }
    for (ScriptedSource* script : scripts) script->idle_until = TimeNs{now + 100};
    for (std::string& one : drained(merge)) seen.push_back(std::move(one));
    std::stable_sort(sent.begin(), sent.end());
    std::vector<std::string> expected;
    for (const auto& [time, input] : sent) expected.push_back(std::to_string(input) + ":" + std::to_string(time));
    ASSERT_EQ(seen, expected) << "round " << round;
  }
}

TEST_F(LiveMerged, SaysWhichInputHasEnded) {
  LiveMerge merge = merge_of(2);
  EXPECT_FALSE(merge.has_ended(1));
  scripts[1]->trouble = "interface b was removed";
  EXPECT_TRUE(merge.has_ended(1));
  EXPECT_FALSE(merge.has_ended(0));
}

}  // namespace
}  // namespace wirecause
