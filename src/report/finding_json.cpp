// SPDX-License-Identifier: Apache-2.0
#include "report/finding_json.hpp"

#include "report/words.hpp"

namespace wirecause {
namespace {

Json frames_json(const FrameRefs& frames) {
  if (frames.frames.empty() && frames.filter.empty()) return nullptr;
  Json json;
  json["input"] = frames.input;
  json["numbers"] = frames.frames;
  json["filter"] = json_or_null(frames.filter);
  return json;
}

Json evidence_json(const FindingEvidence& evidence) {
  Json json;
  json["name"] = evidence.name;
  json["subject"] = json_or_null(evidence.subject);
  json["value"] = evidence.value;
  json["unit"] = text(evidence.unit);
  json["source"] = json_or_null(evidence.source);
  json["text"] = json_or_null(evidence.text);
  json["from_ns"] = json_of(evidence.from);
  json["to_ns"] = json_of(evidence.to);
  json["frames"] = frames_json(evidence.frames);
  return json;
}

Json ruled_out_json(const RuledOut& ruled_out) {
  return Json{{"cause", ruled_out.cause}, {"because", ruled_out.because}};
}

Json action_json(const FilledAction& action) {
  Json json;
  json["command"] = action.command;
  json["when"] = text(action.when);
  json["impact"] = json_or_null(action.impact);
  json["takes_effect"] = text(action.takes_effect);
  json["persist"] = json_or_null(action.persist);
  json["undo"] = json_or_null(action.undo);
  json["verify"] = json_or_null(action.verify);
  json["looks"] = action.looks;
  return json;
}

std::string_view confidence(const Finding& finding) {
  const bool undecided = !finding.undecided_with.empty() || finding.verdict == Verdict::cannot_tell;
  return undecided ? "undecided" : text(finding.strength);
}

void put_what(Json& json, const Finding& finding) {
  json["cause"] = finding.cause->id;
  json["summary"] = finding.cause->summary;
  json["severity"] = text(finding.severity);
  json["subject"] = finding.subject_name;
  json["place"] = text(finding.place);
  json["confidence"] = confidence(finding);
  json["first_ns"] = json_of(finding.first);
  json["last_ns"] = json_of(finding.last);
  json["ongoing"] = finding.ongoing;
}

void put_impact(Json& json, const Finding& finding) {
  json["episodes"] = finding.episodes;
  json["holes"] = finding.holes;
  json["explained"] = finding.share;
  json["lost"] = finding.lost;
  json["recovered"] = finding.recovered;
  json["expected"] = finding.expected == 0 ? Json(nullptr) : Json(finding.expected);
}

// Of TCP only.
void put_connections(Json& json, const Finding& finding) {
  if (finding.connections == 0) return;
  json["connections"] = finding.connections;
  json["lost_ns"] = finding.lost_ns;
  json["life_ns"] = finding.life_ns;
}

// Live runs only. Off line no packet is known to have reached a checkpoint.
void put_drop(Json& json, const Finding& finding) {
  if (finding.subject.kind == SubjectKind::consumer) json["consumer"] = finding.subject.id;
  if (!finding.checkpoint) return;
  json["checkpoint"] = text(*finding.checkpoint);
  json["by_count"] = finding.by_count;
  json["step_down"] = json_or_null(finding.step_down);
}

void put_reasons(Json& json, const Finding& finding, const ReportOptions& options) {
  json["because"] = finding.because;
  put_capped(json, "evidence", finding.evidence, options.max_list, finding.evidence_total, evidence_json);
  put_capped(json, "ruled_out", finding.ruled_out, options.max_list, ruled_out_json);
  json["undecided_with"] = finding.undecided_with;
  json["would_decide"] = json_or_null(finding.would_decide);
}

void put_runbook(Json& json, const Finding& finding) {
  json["act"] = text(finding.cause->runbook.act);
  json["ask"] = json_or_null(finding.ask);
  json["mitigate"] = json_or_null(finding.mitigate);
  json["actions"] = list_of(finding.actions, action_json);
  json["prevent"] = finding.prevent;
}

}  // namespace

Json json_of(const Finding& finding, const ReportOptions& options) {
  Json json;
  put_what(json, finding);
  put_impact(json, finding);
  put_connections(json, finding);
  put_drop(json, finding);
  put_reasons(json, finding, options);
  put_runbook(json, finding);
  return json;
}

Json json_of(const DiagnosisVerdict& verdict) {
  Json json;
  json["place"] = verdict.place ? Json(text(*verdict.place)) : Json(nullptr);
  json["ongoing"] = verdict.ongoing;
  json["act"] = verdict.act ? Json(text(*verdict.act)) : Json(nullptr);
  json["acts"] = list_of(verdict.acts, [](Actor actor) { return Json(text(actor)); });
  return json;
}

}  // namespace wirecause
