// SPDX-License-Identifier: Apache-2.0
#include "diagnose/page.hpp"

#include <algorithm>

namespace wirecause {
namespace {

std::string_view in_words(When when) {
  switch (when) {
    case When::safe_now:
      return "safe now";
    case When::drain_first:
      return "drain the traffic first";
    case When::after_close:
      return "after the close";
    case When::other_team:
      return "another team's to do";
  }
  return text(when);
}

std::string_view in_words(TakesEffect effect) {
  switch (effect) {
    case TakesEffect::now:
      return "at once";
    case TakesEffect::new_sockets:
      return "for sockets opened afterwards";
    case TakesEffect::restart:
      return "after a restart of the process";
    case TakesEffect::reboot:
      return "after a reboot";
    case TakesEffect::next_capture:
      return "with the next capture";
  }
  return text(effect);
}

std::vector<const Action*> actions_that(bool looks, std::span<const Action> all) {
  std::vector<const Action*> some;
  for (const Action& action : all) {
    if (action.looks == looks) some.push_back(&action);
  }
  return some;
}

bool says_nothing(const PagePart& part) {
  return part.text.empty() && part.names.empty() && part.advice.empty() && part.actions.empty();
}

}  // namespace

std::vector<PagePart> page_of(const Cause& cause) {
  const Runbook& runbook = cause.runbook;
  std::vector<PagePart> parts{
      {.title = "mechanism", .text = cause.mechanism},
      {.title = "looks like", .text = cause.look_alike},
      {.title = "evidence", .names = cause.needs},
      {.title = "detection", .step = 1, .text = runbook.detection},
      {.title = "isolation", .step = 2, .text = runbook.isolation, .actions = actions_that(true, runbook.fix)},
      {.title = "mitigate", .step = 3, .text = runbook.mitigate},
      {.title = "fix", .step = 4, .actions = actions_that(false, runbook.fix)},
      {.title = "prevention", .step = 5, .advice = runbook.prevention},
      {.title = "who acts", .text = text(runbook.act)},
      {.title = "what to ask them", .text = runbook.ask},
  };
  std::erase_if(parts, says_nothing);
  return parts;
}

std::vector<ActionDetail> details_of(const Action& action) {
  std::vector<ActionDetail> details;
  if (!action.looks || !is_safe_to_paste(action)) details.push_back({"when", in_words(action.when)});
  if (!action.looks) details.push_back({"takes effect", in_words(action.takes_effect)});
  details.push_back({"impact", action.impact});
  details.push_back({"persist", action.persist});
  details.push_back({"undo", action.undo, Wording::either});
  details.push_back({"verify", action.verify, Wording::command});
  std::erase_if(details, [](const ActionDetail& detail) { return detail.text.empty(); });
  return details;
}

}  // namespace wirecause
