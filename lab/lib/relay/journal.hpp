// The relay's journal: one line of JSON for everything that it did to a frame, and the counts of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

#include "path.hpp"

namespace lab {

// {"ordinal":7,"time_ns":...,"direction":"down","action":"loss","rule":"loss","number":2001 or null,"ip_id":7,
//  "source_port":30000,"target_port":26477,"length":102,"payload":"4c495645..."}
std::string line_of(const Deed& deed);

class RelayJournal {
 public:
  // `keeps_passes`: also a line for each frame that left. File: nullptr: counts only.
  RelayJournal(std::FILE* file, bool keeps_passes) : file_(file), keeps_passes_(keeps_passes) {}

  void add(const Deed& deed) {
    ++counts_[std::string(deed.direction) + "." + deed.action];
    if (file_ != nullptr && (keeps_passes_ || deed.action != "pass")) std::fputs(line_of(deed).c_str(), file_);
  }

  // {"missed":0,"refused":0,"idle":true,"down.loss":20,"down.pass":5980}; missed: frames that the relay's sockets dropped;
  // idle: none waits in it or on its way out of it
  std::string summary(std::uint64_t missed, std::uint64_t refused, bool is_idle) const;
  void flush() const {
    if (file_ != nullptr) std::fflush(file_);
  }

 private:
  std::FILE* file_;
  bool keeps_passes_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace lab
