// Names of rules are checked to be plain words (options.cpp), so nothing needs escaping.
// SPDX-License-Identifier: Apache-2.0
#include "journal.hpp"

#include <algorithm>

namespace lab {
namespace {

constexpr std::size_t kShown = 24;

std::string hex(const Bytes& frame, std::size_t begin, std::size_t end) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    text += kDigits[frame[i] >> 4U];
    text += kDigits[frame[i] & 15U];
  }
  return text;
}

}  // namespace

std::string line_of(const Deed& deed) {
  const Layout& at = deed.at;
  const std::size_t payload = at.payload != 0 ? at.payload : at.network;
  const std::size_t end = payload == 0 ? 0 : std::min(payload + kShown, at.end);
  std::string out = "{\"ordinal\":" + std::to_string(deed.ordinal) + ",\"time_ns\":" + std::to_string(deed.time_ns);
  out += ",\"direction\":\"" + std::string(deed.direction) + "\",\"action\":\"" + deed.action + "\",\"rule\":\"" +
         deed.rule;
  out += "\",\"number\":" + (deed.number ? std::to_string(*deed.number) : "null") +
         ",\"ip_id\":" + std::to_string(at.ip_id);
  out += ",\"source_port\":" + std::to_string(at.source_port) + ",\"target_port\":" + std::to_string(at.target_port);
  out += ",\"length\":" + std::to_string(deed.frame->size()) + ",\"payload\":\"" + hex(*deed.frame, payload, end) +
         "\"}\n";
  return out;
}

std::string RelayJournal::summary(std::uint64_t missed, std::uint64_t refused, bool is_idle) const {
  std::string out = "{\"missed\":" + std::to_string(missed) + ",\"refused\":" + std::to_string(refused) +
                    ",\"idle\":" + (is_idle ? "true" : "false");
  for (const auto& [what, count] : counts_) out += ",\"" + what + "\":" + std::to_string(count);
  return out + "}";
}

}  // namespace lab
