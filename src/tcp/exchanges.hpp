// Requests and answers, for any protocol in which one end speaks and then the other: the client's bytes up to the server's
// first byte are a request, the server's up to the client's next one its answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"

namespace wirecause::tcp {

class Exchanges {
 public:
  struct Sums {
    DurationNs first_byte{0};  // last byte of the request to the first of the answer, added
    DurationNs longest_first_byte{0};
    std::uint64_t longest_frame = 0;  // first packet of that answer
    DurationNs transfer{0};           // first to last byte of the answers
    std::uint32_t count = 0;          // with an answer
    bool is_open = false;             // the last answer may go on
  };

  void from_client(TimeNs time) {
    if (sums_.is_open) finish();
    request_last_ = time;
  }
  void from_server(TimeNs time, std::uint64_t frame) {
    if (request_last_ == kNoTime) return;  // unasked
    if (!sums_.is_open) {
      sums_.is_open = true;
      answer_first_ = time;
      ++sums_.count;
      const DurationNs waited = time - request_last_;
      sums_.first_byte = sums_.first_byte + waited;
      if (waited > sums_.longest_first_byte) {
        sums_.longest_first_byte = waited;
        sums_.longest_frame = frame;
      }
    }
    answer_last_ = time;
  }
  // The one that is not over yet, too.
  Sums sums() const {
    Sums sums = sums_;
    if (sums_.is_open) sums.transfer = sums.transfer + (answer_last_ - answer_first_);
    return sums;
  }

 private:
  void finish() {
    sums_.transfer = sums_.transfer + (answer_last_ - answer_first_);
    sums_.is_open = false;
  }

  Sums sums_;
  TimeNs request_last_ = kNoTime;
  TimeNs answer_first_ = kNoTime;
  TimeNs answer_last_ = kNoTime;
};

}  // namespace wirecause::tcp
