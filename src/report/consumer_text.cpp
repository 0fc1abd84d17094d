// SPDX-License-Identifier: Apache-2.0
#include "report/consumer_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace wirecause {
namespace {

std::string process_text(const ConsumerSummary& consumer) {
  if (consumer.owner.empty() && !consumer.pid) return "unknown process";
  const std::string name = consumer.owner.empty() ? "unknown process" : printable(consumer.owner);
  return consumer.pid ? fmt::format("{}[{}]", name, *consumer.pid) : name;
}

}  // namespace

std::string consumer_name(const ConsumerSummary& consumer) {
  if (consumer.kind == ConsumerKind::this_tool) return "this tool's socket";
  const std::string process = process_text(consumer);
  if (consumer.kind == ConsumerKind::bypass) return printable(fmt::format("{} {}", process, consumer.detail));
  if (consumer.fd) return fmt::format("{} fd {}", process, *consumer.fd);
  return consumer.cookie ? fmt::format("{}, socket {}", process, *consumer.cookie) : process;
}

std::string figure_text(const std::optional<std::uint64_t>& figure) { return figure ? number_text(*figure) : "?"; }

std::uint64_t dropped_units(const ConsumerSummary& consumer) {
  std::uint64_t sum = 0;
  for (const DroppedAt& at : consumer.dropped) sum += at.units;
  return sum;
}

bool sum_meets(const ConsumerSummary& consumer) {
  if (consumer.unexplained.value_or(0) != 0) return false;
  if (!consumer.socket_drops || !consumer.socket_events) return true;
  return *consumer.socket_drops == *consumer.socket_events;
}

}  // namespace wirecause
