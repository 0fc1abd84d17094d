// SPDX-License-Identifier: Apache-2.0
#include "engine/live/host_book.hpp"

namespace wirecause {

void HostBook::sample(std::string_view name, Subject subject, std::int64_t value) {
  history_.add(name, subject, now_, value);
}

void HostBook::record(Record record) {
  if (record.from == kNoTime) record.from = now_;
  if (record.shape == Shape::event) return keep(events_, kMaxEvents, std::move(record));
  if (record.shape == Shape::summary) return keep(summaries_, kMaxSummaries, std::move(record));
  const std::pair key{record.name, record.subject};
  if (states_.size() >= kMaxStates && !states_.contains(key)) {
    ++forgotten_;
    return;
  }
  states_.insert_or_assign(key, std::move(record));
}

void HostBook::keep(std::deque<Record>& list, std::size_t most, Record record) {
  if (list.size() >= most) {
    list.pop_front();
    ++forgotten_;
  }
  list.push_back(std::move(record));
}

const Record* HostBook::state(std::string_view name, Subject subject) const {
  const auto found = states_.find({name, subject});
  return found == states_.end() ? nullptr : &found->second;
}

}  // namespace wirecause
