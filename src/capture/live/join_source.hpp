// A socket that has joined a group, as a LiveSource: datagrams in batches of recvmmsg(), with IP and UDP headers made in
// front. One thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "capture/live/datagram_headers.hpp"
#include "capture/live/join_socket.hpp"
#include "capture/live/live_source.hpp"
#include "capture/live/watermark.hpp"

namespace wirecause {

class JoinSource final : public LiveSource {
 public:
  JoinSource(JoinSocket opened, const JoinOptions& options, std::uint32_t input);

  std::size_t next_batch(std::span<PacketView> out) override;
  const CaptureFacts& facts() const override { return facts_; }
  const std::optional<std::string>& tail_error() const override { return tail_error_; }
  std::uint64_t bytes_consumed() const override { return facts_.bytes; }

  TimeNs watermark(TimeNs now) const override;
  int descriptor() const override { return socket_.descriptor(); }
  StampSource stamp_source() const override {
    return saw_hardware_stamp_ ? StampSource::hardware : StampSource::software;
  }
  void refresh_statistics() override;

  std::uint64_t cookie() const { return cookie_; }

 private:
  // One call of the system takes so many; each has room for the longest datagram, of which only touched pages are real.
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kControl = 256;

  struct Slot {
    alignas(8) std::array<std::byte, 64> headers;  // end where the payload begins
    std::array<std::byte, 65'536> payload;
    alignas(cmsghdr) std::array<std::byte, kControl> control;
    sockaddr_storage from;
    iovec payload_at;
  };
  // What came beside a datagram.
  struct Ancillary;

  void prepare();
  PacketView view_of(Slot& slot, mmsghdr& message);
  static Ancillary ancillary_of(msghdr& header);
  TimeNs stamp(const Ancillary& ancillary);
  void count_drops(std::uint32_t counter);

  Socket socket_;
  std::uint64_t cookie_ = 0;
  std::uint32_t input_;
  int interface_index_;  // 0: none was named
  std::optional<HardwareClock> hardware_clock_;
  DatagramAddresses addresses_;  // of the last datagram
  std::unique_ptr<std::array<Slot, kBatch>> slots_;
  std::array<mmsghdr, kBatch> messages_{};

  CaptureFacts facts_;
  std::optional<std::string> tail_error_;
  bool saw_hardware_stamp_ = false;
  bool is_drained_ = false;
  TimeNs last_ = kNoTime;
  std::uint32_t drops_ = 0;  // as the kernel counted last; wraps
  mutable Watermark watermark_;
};

}  // namespace wirecause
