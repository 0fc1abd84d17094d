// Each figure of an episode says where it was read: proc(5), Documentation/admin-guide/cgroup-v2.rst, the kernel's trace
// events.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/measured_figures.hpp"

#include <gtest/gtest.h>

#include <map>

namespace wirecause {
namespace {

EpisodeMeasure a_stall() {
  EpisodeMeasure measure;
  measure.samples = 10;
  measure.full_samples = 5;
  measure.queue_peak = 90'000;
  measure.reads = 700;
  measure.arrival_rate = 5'000;
  measure.burst.packets = 40;
  ReadGap gap;
  gap.from = TimeNs{1'000};
  gap.to = TimeNs{6'000};
  gap.run_delay_ns = 7;
  gap.on_cpu_ns = 8;
  gap.involuntary = 9;
  gap.throttled_us = 10;
  gap.states = {0, 3, 0, 0};
  gap.waits_in = "hrtimer_nanosleep";
  measure.gap = gap;
  return measure;
}

std::map<std::string_view, MeasuredFigure> by_name(const EpisodeMeasure& measure, const MeasuredSocket& socket) {
  std::map<std::string_view, MeasuredFigure> out;
  for (const MeasuredFigure& figure : figures_of(measure, socket)) out.emplace(figure.name, figure);
  return out;
}

TEST(MeasuredFigures, SayWhereEachWasRead) {
  auto figures = by_name(a_stall(), {100'000, false, CgroupLimit{"/slice", 50'000, 100'000}});
  EXPECT_EQ(figures.at("socket.queue_peak").source, "sock_diag SK_MEMINFO");
  EXPECT_EQ(figures.at("arrival.rate").source, "tap");
  EXPECT_EQ(figures.at("arrival.burst").source, "tap");
  EXPECT_EQ(figures.at("reader.reads").source, "sock:sock_recv_length");
  EXPECT_EQ(figures.at("reader.longest_gap").source, "sock:sock_recv_length");
  EXPECT_EQ(figures.at("reader.run_delay").source, "/proc/PID/task/TID/schedstat");
  EXPECT_EQ(figures.at("reader.on_cpu").source, "/proc/PID/task/TID/schedstat");
  EXPECT_EQ(figures.at("reader.involuntary_switches").source, "/proc/PID/task/TID/status");
  EXPECT_EQ(figures.at("reader.state").source, "/proc/PID/task/TID/stat, wchan");
  EXPECT_EQ(figures.at("cgroup.throttled").source, "cpu.stat");
  EXPECT_EQ(figures.at("cgroup.path").text, "/slice");
}

TEST(MeasuredFigures, AreInTheirUnitsAndTimes) {
  auto figures = by_name(a_stall(), {100'000, false, std::nullopt});
  EXPECT_EQ(figures.at("socket.queue_full_share").value, 500'000U);  // of a million
  EXPECT_EQ(figures.at("cgroup.throttled").value, 10'000U);          // from microseconds
  EXPECT_EQ(figures.at("reader.longest_gap").value, 5'000U);
  EXPECT_EQ(figures.at("reader.longest_gap").from, TimeNs{1'000});
  EXPECT_EQ(figures.at("reader.state").value, std::uint64_t{'S'});
  EXPECT_EQ(figures.count("cgroup.path"), 0U) << "no limit is known";
}

TEST(MeasuredFigures, AFullBufferIsAsFullAsItCanBe) {
  EXPECT_EQ(by_name(a_stall(), {100'000, true, {}}).at("socket.queue_peak").value, 100'000U);
  EXPECT_EQ(by_name(a_stall(), {100'000, false, {}}).at("socket.queue_peak").value, 90'000U);
}

TEST(MeasuredFigures, AreNoneWithoutASample) {
  EpisodeMeasure measure = a_stall();
  measure.samples = 0;
  EXPECT_TRUE(figures_of(measure, {}).empty());
}

}  // namespace
}  // namespace wirecause
