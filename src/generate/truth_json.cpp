// The truth as JSON, wirecause.truth/1 (docs/send.md). Written by hand: this folder links nothing but base, every value
// is a number or a text of our own, and 64-bit numbers must stay exact.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>

#include "generate/truth.hpp"

namespace wirecause::generate {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string_view fate_text(UnitFate fate) {
  switch (fate) {
    case UnitFate::unseen:
      return "unseen";
    case UnitFate::in_order:
      return "in_order";
    case UnitFate::late:
      return "late";
    case UnitFate::recovered:
      return "recovered";
    case UnitFate::lost:
      return "lost";
    case UnitFate::outage:
      return "outage";
    case UnitFate::tail_unknown:
      return "tail_unknown";
  }
  return {};
}

class Json {
 public:
  void open(std::string_view name, char bracket) {
    begin(name);
    text_ += bracket;
    is_first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    is_first_ = false;
  }
  void number(std::string_view name, std::uint64_t value) { raw(name, fmt::format("{}", value)); }
  void signed_number(std::string_view name, std::int64_t value) { raw(name, fmt::format("{}", value)); }
  void text(std::string_view name, std::string_view value) { raw(name, quoted(value)); }
  void raw(std::string_view name, std::string_view value) {
    begin(name);
    text_ += value;
  }
  std::string take() { return std::move(text_); }

 private:
  void begin(std::string_view name) {
    if (!is_first_) text_ += ",\n";
    is_first_ = false;
    if (!name.empty()) text_ += quoted(name) + ": ";
  }

  std::string text_;
  bool is_first_ = true;
};

void write_gaps(const std::vector<TruthGap>& gaps, Json& json) {
  json.open("gaps", '[');
  for (const TruthGap& gap : gaps)
    json.raw("", fmt::format(R"({{"epoch": {}, "first_sequence": {}, "count": {}, "closed_by": "{}"}})", gap.epoch,
                             gap.first_sequence, gap.count, fate_text(gap.fate)));
  json.close(']');
}

void write_line(const LineTruth& line, Json& json) {
  json.open("", '{');
  json.text("line", line.name);
  json.text("source", line.source);
  json.text("group", line.group);
  json.number("port", line.port);
  json.number("interface", line.interface);
  json.number("packets_sent", line.packets_sent);
  json.number("packets", line.packets);
  json.number("data_packets", line.data_packets);
  json.number("heartbeats", line.heartbeats);
  json.number("messages", line.messages);
  json.number("retransmissions", line.retransmissions);
  json.number("first_sequence", line.first_sequence);
  json.number("last_sequence", line.last_sequence);
  json.number("expected", line.expected);
  json.number("seen_once", line.seen_once);
  json.number("lost", line.lost);
  json.number("tail_unknown", line.tail_unknown);
  json.number("late", line.late);
  json.number("late_beyond_window", line.late_beyond_window);
  json.number("outage_units", line.outage_units);
  json.number("duplicates", line.duplicates);
  json.number("capture_copies", line.capture_copies);
  json.number("reordered_packets", line.reordered_packets);
  json.number("resets", line.resets);
  write_gaps(line.gaps, json);
  json.close('}');
}

void write_feed(const FeedTruth& feed, Json& json) {
  json.open("", '{');
  json.text("protocol", feed.framing);
  json.text("sequence_unit", feed.packet_numbered ? "packet" : "message");
  json.number("channel", feed.channel);
  json.number("epochs", feed.epochs);
  json.number("units_published", feed.units);
  json.number("data_packets_published", feed.data_packets);
  json.signed_number("largest_lag_ns", feed.largest_lag.ns);
  json.open("lines", '[');
  for (const LineTruth& line : feed.lines) write_line(line, json);
  json.close(']');
  json.open("arbitrated", '{');
  json.number("expected", feed.arbitrated.expected);
  json.number("delivered", feed.arbitrated.delivered);
  json.number("recovered", feed.arbitrated.recovered);
  json.number("lost", feed.arbitrated.lost);
  json.number("tail_unknown", feed.arbitrated.tail_unknown);
  write_gaps(feed.arbitrated.gaps, json);
  json.close('}');
  if (const auto& again = feed.retransmission) {
    json.open("retransmission", '{');
    json.text("group", again->group);
    json.number("port", again->port);
    json.number("packets", again->packets);
    json.number("units", again->units);
    json.close('}');
  } else {
    json.raw("retransmission", "null");
  }
  json.close('}');
}

void write_capture(const CaptureTruth& capture, Json& json) {
  json.open("capture", '{');
  json.number("packets", capture.packets);
  json.number("bytes", capture.bytes);
  json.number("dropped", capture.dropped);
  json.raw("stated_drops", capture.stated_drops ? fmt::format("{}", *capture.stated_drops) : "null");
  json.number("duplicated_packets", capture.duplicated);
  json.number("second_point_packets", capture.second_point);
  json.number("truncated_packets", capture.truncated);
  json.signed_number("first_ns", capture.first.ns);
  json.signed_number("last_ns", capture.last.ns);
  json.close('}');
}

}  // namespace

std::string truth_json(const Truth& truth) {
  Json json;
  json.open("", '{');
  json.text("schema", "wirecause.truth/1");
  json.number("seed", truth.seed);
  write_capture(truth.capture, json);
  json.open("faults", '[');
  for (const std::string& fault : truth.faults) json.text("", fault);
  json.close(']');
  json.open("feeds", '[');
  for (const FeedTruth& feed : truth.feeds) write_feed(feed, json);
  json.close(']');
  json.close('}');
  return json.take() + "\n";
}

}  // namespace wirecause::generate
