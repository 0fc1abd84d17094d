// DroppedUnits against the plainest model of it: a std::set of numbers.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/dropped_units.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <vector>

namespace wirecause {
namespace {

struct Drop {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint32_t place = 0;
  std::int64_t after_ms = 0;
};

rc::Gen<Drop> any_drop() {
  return rc::gen::build<Drop>(rc::gen::set(&Drop::first, rc::gen::inRange<std::uint64_t>(0, 300)),
                              rc::gen::set(&Drop::count, rc::gen::inRange<std::uint64_t>(0, 12)),
                              rc::gen::set(&Drop::place, rc::gen::inRange<std::uint32_t>(0, 3)),
                              rc::gen::set(&Drop::after_ms, rc::gen::inRange<std::int64_t>(0, 900)));
}

void expect_as_model(const DroppedUnits& units, const std::set<std::uint64_t>& model) {
  RC_ASSERT(units.units() == model.size());
  for (std::uint64_t number = 0; number < 320; ++number) RC_ASSERT(units.contains(number) == model.contains(number));
  std::uint64_t in_runs = 0;
  std::uint64_t end_before = 0;
  std::uint32_t episode_before = 0;
  std::vector<std::uint64_t> runs(units.episodes().size());
  for (const DroppedRun& run : units.runs()) {
    RC_ASSERT(run.first < run.end);
    RC_ASSERT(run.first >= end_before);
    // What adjoins within one episode is one run.
    if (in_runs != 0 && run.first == end_before) RC_ASSERT(run.episode != episode_before);
    in_runs += run.count();
    end_before = run.end;
    episode_before = run.episode;
    ++runs.at(run.episode);
  }
  RC_ASSERT(in_runs == model.size());
  std::uint64_t in_episodes = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    in_episodes += units.episodes()[i].by_number;
    RC_ASSERT(units.episodes()[i].runs == runs[i]);
  }
  RC_ASSERT(in_episodes == model.size());
}

RC_GTEST_PROP(DroppedUnitsModel, HoldsEveryUnitOnceHoweverDropsOverlap, ()) {
  const auto drops = *rc::gen::container<std::vector<Drop>>(any_drop());
  DroppedUnits units;
  std::set<std::uint64_t> model;
  TimeNs now{1'767'623'400'000'000'000};
  for (const Drop& drop : drops) {
    now = now + milliseconds(drop.after_ms);
    const std::size_t before = model.size();
    for (std::uint64_t number = drop.first; number < drop.first + drop.count; ++number) model.insert(number);
    const std::uint64_t added = units.by_number({drop.place, now, 1, 0, 0}, drop.first, drop.first + drop.count);
    RC_ASSERT(added == model.size() - before);
  }
  RC_ASSERT(units.datagrams() == drops.size());
  expect_as_model(units, model);
}

RC_GTEST_PROP(DroppedUnitsModel, AnswersAnyRangeAsTheSetDoes, ()) {
  const auto drops = *rc::gen::container<std::vector<Drop>>(any_drop());
  const auto from = *rc::gen::inRange<std::uint64_t>(0, 320);
  const auto to = *rc::gen::inRange<std::uint64_t>(0, 320);
  DroppedUnits units;
  std::set<std::uint64_t> model;
  for (const Drop& drop : drops) {
    for (std::uint64_t number = drop.first; number < drop.first + drop.count; ++number) model.insert(number);
    units.by_number({drop.place, TimeNs{1'767'623'400'000'000'000}, 1, 0, 0}, drop.first, drop.first + drop.count);
  }
  std::uint64_t expected = 0;
  for (const std::uint64_t number : model) expected += number >= from && number < to ? 1U : 0U;
  RC_ASSERT(units.overlap(from, to) == expected);
}

RC_GTEST_PROP(DroppedUnitsModel, WhatIsSettledStaysInTheSums, ()) {
  const auto drops = *rc::gen::container<std::vector<Drop>>(any_drop());
  DroppedUnits units;
  std::uint64_t expected = 0;
  std::set<std::uint64_t> epoch;
  std::size_t turn = 0;
  for (const Drop& drop : drops) {
    if (++turn % 5 == 0) {
      units.settle([](const DroppedRun& run) { return run.count() / 2; });
      epoch.clear();
    }
    for (std::uint64_t number = drop.first; number < drop.first + drop.count; ++number) {
      expected += epoch.insert(number).second ? 1U : 0U;
    }
    units.by_number({drop.place, TimeNs{1'767'623'400'000'000'000}, 1, 0, 0}, drop.first, drop.first + drop.count);
  }
  RC_ASSERT(units.units() == expected);
  units.settle([](const DroppedRun&) { return std::uint64_t{0}; });
  std::uint64_t settled = 0;
  for (const DropEpisode& episode : units.episodes()) settled += episode.settled_lost + episode.settled_recovered;
  RC_ASSERT(settled == expected);
}

}  // namespace
}  // namespace wirecause
