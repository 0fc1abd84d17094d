// One line of the test publisher: a UDP socket, or whole frames through a packet socket where the test wants a checksum
// of its own. Batches go out with sendmmsg.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lab {

struct LinePlan {
  std::string name;    // "A"
  std::string source;  // "10.77.1.1": must be an address of this namespace unless frames are raw
  std::string group;   // "239.77.1.1", or a unicast address
  std::uint16_t port = 0;
  std::string interface;    // "line0"
  bool is_raw = false;      // frames with a computed UDP checksum; multicast groups only
  bool runs_ahead = false;  // does not wait for the receiving side, see allow_to_run_ahead()
};

// "A:10.77.1.1:239.77.1.1:26477:line0[:raw|:ahead]"
LinePlan line_plan(const std::string& text);

class LineSender {
 public:
  explicit LineSender(LinePlan plan);
  LineSender(const LineSender&) = delete;
  LineSender& operator=(const LineSender&) = delete;
  ~LineSender();

  const std::string& name() const { return plan_.name; }
  bool is_raw() const { return plan_.is_raw; }
  void add(const std::vector<std::uint8_t>& datagram, bool has_bad_checksum);
  // Sends what was added; per datagram 0 or the errno that it was refused with.
  std::vector<int> flush();
  // Bytes that the receiving side has not taken yet, neither to keep nor to drop (see allow_to_run_ahead()).
  std::size_t in_flight() const;

 private:
  std::vector<std::uint8_t> framed(const std::vector<std::uint8_t>& datagram, bool has_bad_checksum);

  LinePlan plan_;
  int socket_ = -1;
  std::uint16_t ip_id_ = 1;
  sockaddr_storage to_{};
  socklen_t to_length_ = 0;
  std::vector<std::vector<std::uint8_t>> waiting_;
};

}  // namespace lab
