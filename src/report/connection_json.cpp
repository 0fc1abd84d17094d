// SPDX-License-Identifier: Apache-2.0
#include "report/connection_json.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "report/tcp_json.hpp"

namespace wirecause {
namespace {

using tcp::Mark;
using tcp::Step;

constexpr std::string_view kSchema = "wirecause.connection/1";
constexpr int kIndent = 2;

constexpr std::array<std::pair<tcp::Flag, std::string_view>, 8> kFlags{{{tcp::kSyn, "syn"},
                                                                        {tcp::kFin, "fin"},
                                                                        {tcp::kRst, "rst"},
                                                                        {tcp::kPsh, "psh"},
                                                                        {tcp::kAck, "ack"},
                                                                        {tcp::kUrg, "urg"},
                                                                        {tcp::kEce, "ece"},
                                                                        {tcp::kCwr, "cwr"}}};

constexpr std::array<std::pair<Mark, std::string_view>, 18> kMarks{{{Mark::copy, "copy"},
                                                                    {Mark::new_data, "new_data"},
                                                                    {Mark::seen_again, "seen_again"},
                                                                    {Mark::fills_hole, "fills_hole"},
                                                                    {Mark::opens_hole, "opens_hole"},
                                                                    {Mark::duplicate_ack, "duplicate_ack"},
                                                                    {Mark::acks_unseen, "acks_unseen"},
                                                                    {Mark::keep_alive, "keep_alive"},
                                                                    {Mark::window_probe, "window_probe"},
                                                                    {Mark::zero_window, "zero_window"},
                                                                    {Mark::window_update, "window_update"},
                                                                    {Mark::reset, "reset"},
                                                                    {Mark::out_of_window, "out_of_window"},
                                                                    {Mark::new_ack, "new_ack"},
                                                                    {Mark::old_stamp, "old_stamp"},
                                                                    {Mark::reordered, "reordered"},
                                                                    {Mark::came_twice, "came_twice"},
                                                                    {Mark::captured_late, "captured_late"}}};

template <class Table, class F>
Json names_in(const Table& table, F&& has) {
  Json names = Json::array();
  for (const auto& [one, name] : table) {
    if (has(one)) names.push_back(name);
  }
  return names;
}

Json sack_json(const Step& step) {
  Json blocks = Json::array();
  for (std::size_t i = 0; i < step.sack_count; ++i)
    blocks.push_back(Json::array({step.sack[i].first, step.sack[i].second}));
  return blocks;
}

Json packet_json(const Step& step) {
  const tcp::Note& note = step.note;
  const bool is_placed = !step.has(tcp::kRst);
  const bool is_needless = note.resend == tcp::Resend::spurious;
  Json json;
  json["frame"] = step.frame;
  json["input"] = step.input;
  json["time_ns"] = json_of(step.time);
  json["from"] = step.from_client ? "client" : "server";
  json["flags"] = names_in(kFlags, [&](tcp::Flag flag) { return step.has(flag); });
  json["length"] = step.length;
  json["begin"] = is_placed ? Json(note.begin) : Json();
  json["end"] = is_placed ? Json(note.end) : Json();
  json["ack"] = step.has_ack() ? Json(note.ack) : Json();
  json["window"] = step.acknowledges() ? Json(step.window) : Json();
  json["sack"] = sack_json(step);
  json["resend"] = note.resend ? Json(tcp::text(*note.resend)) : Json();
  json["sent_as"] = is_needless ? Json(tcp::text(note.sent_as)) : Json();
  json["marks"] = names_in(kMarks, [&](Mark mark) { return note.has(mark); });
  json["rtt_ns"] = note.round_trip_ns > 0 ? Json(note.round_trip_ns) : Json();
  return json;
}

std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

// Put together by hand, packet by packet: a million of them as one value would take gigabytes.
std::string connection_json(const tcp::ConnectionSummary& connection, const tcp::Trail& trail,
                            std::string_view version) {
  Json head;
  head["schema"] = kSchema;
  head["version"] = version;
  head["connection"] = json_of(connection);
  head["packets_omitted"] = trail.omitted;
  std::string out = dumped(head, kIndent);
  out.erase(out.size() - 2);  // "\n}"
  out += ",\n  \"packets\": [";
  std::string_view separator = "\n    ";
  for (const Step& step : trail.steps) {
    out += separator;
    out += dumped(packet_json(step), -1);
    separator = ",\n    ";
  }
  return out + (trail.steps.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace wirecause
