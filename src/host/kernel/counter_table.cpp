// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/counter_table.hpp"

#include <algorithm>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxGroups = 64;  // the kernel writes six; a file with more is not followed any further

// "Udp.InDatagrams" is the counter `counter` of the group `prefix` ("Udp:").
bool is_counter(std::string_view wanted, std::string_view prefix, std::string_view counter) {
  const std::size_t dot = wanted.find('.');
  return dot != std::string_view::npos && prefix.size() == dot + 1 && prefix.back() == ':' &&
         prefix.starts_with(wanted.substr(0, dot)) && wanted.substr(dot + 1) == counter;
}

}  // namespace

const CounterTable::Group& CounterTable::group_of(std::size_t position, std::string_view names_line) {
  if (position >= groups_.size()) groups_.resize(position + 1);
  Group& group = groups_[position];
  if (group.names_line == names_line) return group;
  group.names_line = names_line;
  group.picks.clear();
  std::string_view rest = names_line;
  const std::string_view prefix = take_word(rest);
  std::size_t column = 0;
  for (std::string_view name = take_word(rest); !name.empty(); name = take_word(rest), ++column) {
    const auto wanted = std::ranges::find_if(
        wanted_, [prefix, name](const Published& item) { return is_counter(item.name, prefix, name); });
    if (wanted != wanted_.end()) group.picks.push_back({column, wanted->name});
  }
  return group;
}

void CounterTable::publish(std::string_view text, Subject subject, EvidenceSink& sink, UnreadValues& unread) {
  for (std::size_t position = 0; position < kMaxGroups; ++position) {
    const auto names = take_line(text);
    const auto values = names ? take_line(text) : std::nullopt;
    if (!values) break;
    std::string_view names_rest = *names;
    std::string_view rest = *values;
    const Group& group = group_of(position, *names);
    if (take_word(names_rest) != take_word(rest)) {
      unread.add("(a line of values without its names)");
      continue;
    }
    std::size_t column = 0;
    for (const Pick& pick : group.picks) {
      while (column < pick.column && !take_word(rest).empty()) ++column;
      ++column;
      if (const auto value = number_of(take_word(rest))) {
        sink.sample(pick.name, subject, *value);
      } else {
        unread.add(pick.name);
      }
    }
  }
  if (!text.empty()) unread.add("in a line that is cut");
}

}  // namespace wirecause
