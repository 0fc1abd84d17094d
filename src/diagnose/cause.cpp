// SPDX-License-Identifier: Apache-2.0
#include "diagnose/cause.hpp"

#include <algorithm>

namespace wirecause {

const Cause* find_cause(std::string_view id) {
  const auto causes = all_causes();
  const auto found = std::ranges::find(causes, id, [](const Cause* cause) { return cause->id; });
  return found == causes.end() ? nullptr : *found;
}

std::string_view text(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::critical:
      return "critical";
  }
  return "unknown";
}

std::string_view text(Place place) {
  switch (place) {
    case Place::on_this_host:
      return "ON THIS HOST";
    case Place::nic_or_before:
      return "NIC OR BEFORE";
    case Place::before_this_host:
      return "BEFORE THIS HOST";
    case Place::publisher:
      return "PUBLISHER";
    case Place::application:
      return "APPLICATION";
    case Place::end_host:
      return "AN END HOST";
    case Place::network:
      return "THE NETWORK";
    case Place::capture:
      return "THE CAPTURE";
    case Place::cannot_tell:
      return "CANNOT TELL";
  }
  return "CANNOT TELL";
}

std::string_view text(Actor actor) {
  switch (actor) {
    case Actor::application:
      return "application";
    case Actor::host:
      return "host";
    case Actor::network:
      return "network";
    case Actor::exchange:
      return "exchange";
    case Actor::capture:
      return "capture";
    case Actor::clock:
      return "clock";
  }
  return "unknown";
}

std::string_view text(Lab lab) {
  switch (lab) {
    case Lab::scenario:
      return "scenario";
    case Lab::replay:
      return "replay";
    case Lab::recorded:
      return "recorded";
    case Lab::none:
      return "none";
  }
  return "unknown";
}

std::string_view text(When when) {
  switch (when) {
    case When::safe_now:
      return "safe_now";
    case When::drain_first:
      return "drain_first";
    case When::after_close:
      return "after_close";
    case When::other_team:
      return "other_team";
  }
  return "unknown";
}

std::string_view text(TakesEffect effect) {
  switch (effect) {
    case TakesEffect::now:
      return "now";
    case TakesEffect::new_sockets:
      return "new_sockets";
    case TakesEffect::restart:
      return "restart";
    case TakesEffect::reboot:
      return "reboot";
    case TakesEffect::next_capture:
      return "next_capture";
  }
  return "unknown";
}

std::string_view text(Strength strength) {
  switch (strength) {
    case Strength::pattern:
      return "pattern";
    case Strength::by_count:
      return "by count";
    case Strength::by_number:
      return "by number";
  }
  return "unknown";
}

}  // namespace wirecause
