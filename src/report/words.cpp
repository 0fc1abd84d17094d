// SPDX-License-Identifier: Apache-2.0
#include "report/words.hpp"

#include <fmt/format.h>

namespace wirecause {

std::string_view text(ClosedBy closed_by) {
  switch (closed_by) {
    case ClosedBy::late:
      return "late";
    case ClosedBy::recovered:
      return "recovered";
    case ClosedBy::lost:
      return "lost";
    case ClosedBy::evicted:
      return "evicted";
    case ClosedBy::outage:
      return "outage";
  }
  return "unknown";
}

std::string_view text(Symptom symptom) {
  switch (symptom) {
    case Symptom::loss:
      return "loss";
    case Symptom::disorder:
      return "disorder";
    case Symptom::duplication:
      return "duplication";
    case Symptom::restart:
      return "restart";
    case Symptom::silence:
      return "silence";
    case Symptom::observation:
      return "observation";
    case Symptom::drop:
      return "drop";
    case Symptom::absence:
      return "absence";
    case Symptom::setup:
      return "setup";
    case Symptom::stall:
      return "stall";
    case Symptom::abort:
      return "abort";
  }
  return "unknown";
}

std::string_view text(SequenceUnit unit) { return unit == SequenceUnit::packet ? "packet" : "message"; }

std::string_view text(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "none";
    case Unit::packets:
      return "packets";
    case Unit::messages:
      return "messages";
    case Unit::units:
      return "units";
    case Unit::bytes:
      return "bytes";
    case Unit::nanoseconds:
      return "nanoseconds";
    case Unit::per_million:
      return "per_million";
    case Unit::frames:
      return "frames";
  }
  return "none";
}

std::string endpoint_text(std::string_view address, std::uint16_t port) {
  const bool is_v6 = address.find(':') != std::string_view::npos;
  return is_v6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

}  // namespace wirecause
