// SPDX-License-Identifier: Apache-2.0
#include "diagnose/grouping.hpp"

#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace wirecause {
namespace {

// What is told apart in any case: the cause, and how sure it is.
using Said = std::tuple<std::string_view, Verdict, bool>;

Said said_by(const Judged& judged) {
  return {judged.cause->id, judged.judgement.verdict, !judged.judgement.undecided_with.empty()};
}

bool speaks(const Judged& judged) {
  return judged.judgement.verdict == Verdict::named || judged.judgement.verdict == Verdict::cannot_tell;
}

// Subjects of one group that would stand as findings of their own: if there are several, the group speaks for them. What is said
// of a server stays with it, and counts as one of them.
void lift(std::span<const Episode> episodes, std::span<Judged* const> same, Subject ConnectionFacts::*group) {
  std::map<Subject, std::set<Subject>> members;
  for (const Judged* judged : same) {
    members[(*episodes[judged->episode].connection).*group].insert(judged->judgement.subject);
  }
  for (Judged* judged : same) {
    const Subject of = (*episodes[judged->episode].connection).*group;
    const bool is_of_a_server = judged->judgement.subject.kind == SubjectKind::server;
    if (members[of].size() > 1 && !is_of_a_server) judged->judgement.subject = of;
  }
}

void lift_to_points(std::span<const Episode> episodes, std::span<Judged* const> same) {
  std::set<Subject> subjects;
  for (const Judged* judged : same) subjects.insert(judged->judgement.subject);
  if (subjects.size() <= kMostSubjects) return;
  for (Judged* judged : same) judged->judgement.subject = episodes[judged->episode].connection->point;
}

}  // namespace

void group_connections(std::span<const Episode> episodes, std::vector<Judged>& judged) {
  std::map<Said, std::vector<Judged*>> by_cause;
  for (Judged& j : judged) {
    const SubjectKind kind = j.judgement.subject.kind;
    const bool is_of_tcp = kind == SubjectKind::connection || kind == SubjectKind::server;
    if (is_of_tcp && speaks(j) && episodes[j.episode].connection) by_cause[said_by(j)].push_back(&j);
  }
  for (auto& [said, same] : by_cause) {
    lift(episodes, same, &ConnectionFacts::host_pair);
    lift(episodes, same, &ConnectionFacts::server);
    lift_to_points(episodes, same);
  }
}

}  // namespace wirecause
