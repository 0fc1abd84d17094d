// Counters of files that have a line of names above a line of values, under one prefix: /proc/net/snmp and netstat.
//
//   Udp: InDatagrams NoPorts ...
//   Udp: 32 0 ...
//
// Used by the collectors snmp and netstat. Where each wanted counter stands is found once, and again only when the line
// of names has changed; parsing then allocates nothing. Kernels differ in which counters they have: one that is not
// there is unknown.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/record.hpp"
#include "host/collector.hpp"
#include "host/kernel/unread_values.hpp"

namespace wirecause {

class CounterTable {
 public:
  // Names as "Udp.InDatagrams"; the table must outlive this.
  explicit CounterTable(std::span<const Published> wanted) : wanted_(wanted) {}

  // Publishes every wanted counter of `text`, under `subject`.
  void publish(std::string_view text, Subject subject, EvidenceSink& sink, UnreadValues& unread);

 private:
  struct Pick {
    std::size_t column;
    std::string_view name;  // of `wanted_`
  };
  struct Group {
    std::string names_line;
    std::vector<Pick> picks;  // in order of column
  };

  const Group& group_of(std::size_t position, std::string_view names_line);

  std::span<const Published> wanted_;
  std::vector<Group> groups_;  // in order of appearance in the file
};

}  // namespace wirecause
