// SPDX-License-Identifier: Apache-2.0
#include "evidence/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirecause {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Subject kLine{SubjectKind::line, 3};
constexpr Subject kOtherLine{SubjectKind::line, 4};

Record sample(std::string_view name, Subject subject, std::int64_t value, TimeNs from = {}, TimeNs to = kNoTime) {
  Record record;
  record.shape = Shape::sample;
  record.name = name;
  record.subject = subject;
  record.value = value;
  record.from = from;
  record.to = to;
  return record;
}

TEST(Timeline, GivesIdsInOrderOfPublication) {
  Timeline timeline;
  EXPECT_EQ(timeline.add(sample("line.lost", kLine, 1)), EvidenceId{0});
  EXPECT_EQ(timeline.add(sample("line.lost", kLine, 2)), EvidenceId{1});
}

TEST(Timeline, CountsWhatItHasNoRoomFor) {
  Timeline timeline;
  for (std::size_t i = 0; i < Timeline::kMaxRecords; ++i) timeline.add(sample("line.lost", kLine, 1));
  EXPECT_EQ(timeline.add(sample("line.lost", kLine, 1)), std::nullopt);
  EXPECT_EQ(timeline.suppressed(), 1U);
  EXPECT_EQ(timeline.records().size(), Timeline::kMaxRecords);
}

TEST(Timeline, HasNoNameForASubjectThatNobodyNamed) { EXPECT_EQ(Timeline{}.subject_name(kLine), ""); }

TEST(EvidenceView, TellsUnknownFromZero) {
  Timeline timeline;
  timeline.add(sample("capture.dropped", kLine, 0));
  const EvidenceView view(timeline);
  EXPECT_EQ(view.value("capture.dropped", kLine), 0);
  EXPECT_EQ(view.value("capture.dropped", kOtherLine), std::nullopt);
  EXPECT_EQ(view.value("capture.truncated", kLine), std::nullopt);
}

TEST(EvidenceView, AnswersWithTheLastValueOfTheSubject) {
  Timeline timeline;
  timeline.add(sample("line.lost", kLine, 1));
  timeline.add(sample("line.lost", kLine, 2));
  timeline.add(sample("line.lost", kOtherLine, 9));
  EXPECT_EQ(EvidenceView(timeline).value("line.lost", kLine), 2);
}

TEST(EvidenceView, FindsWhatTouchesAWindowAndNothingElse) {
  Timeline timeline;
  timeline.add(sample("line.outage", kLine, 0, TimeNs{10}, TimeNs{20}));
  timeline.add(sample("line.outage", kLine, 0, TimeNs{30}));
  timeline.add(sample("line.lost", kLine, 0, TimeNs{15}));
  const EvidenceView view(timeline);
  EXPECT_THAT(view.in_window("line.outage", TimeNs{20}, TimeNs{25}), ElementsAre(0U));
  EXPECT_THAT(view.in_window("line.outage", TimeNs{30}, TimeNs{30}), ElementsAre(1U));
  EXPECT_THAT(view.in_window("line.outage", TimeNs{21}, TimeNs{29}), IsEmpty());
}

TEST(EvidenceView, GivesBackTheSubjectsNames) {
  Timeline timeline;
  timeline.name_subject(kLine, "feed X line A");
  EXPECT_EQ(EvidenceView(timeline).subject_name(kLine), "feed X line A");
}

}  // namespace
}  // namespace wirecause
