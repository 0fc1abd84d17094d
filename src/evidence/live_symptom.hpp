// A symptom as it is spoken of while a live run goes on: one line on a terminal, one object of JSON Lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "evidence/episode.hpp"

namespace wirecause {

struct LiveSymptom {
  TimeNs time = kNoTime;  // when it began
  Symptom kind = Symptom::loss;
  std::string subject_name;  // "feed moldudp64 239.1.1.1:26477", or the consumer's name
  std::uint64_t units = 0;   // missing so far
  std::string text;          // what a number cannot say: "SKB_DROP_REASON_SOCKET_RCVBUFF at the socket"
};

}  // namespace wirecause
