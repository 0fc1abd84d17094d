// What every source that reads a file shares: its window, its facts, and the way in which it ends.
//
// Who uses it: the pcap and pcapng sources derive from it; open.cpp makes them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "capture/input_window.hpp"
#include "capture/source.hpp"

namespace wirecause {

// What is known of a file before its first packet.
struct FileIdentity {
  std::string name;                   // as the user named it
  std::string compression;            // "", ", gzip", ", zstd"
  std::optional<std::uint64_t> size;  // on disk, where it has one
  std::uint32_t input = 0;
};

class FileSource : public CaptureSource {
 public:
  const CaptureFacts& facts() const final { return facts_; }
  const std::optional<std::string>& tail_error() const final { return tail_error_; }
  std::uint64_t bytes_consumed() const final { return window_.bytes_consumed(); }

 protected:
  FileSource(InputWindow window, FileIdentity identity, const std::string& format);

  // The end of the input was reached: whole when nothing is unread and nothing failed; else `unit` ("packet 12
  // (record)") is cut, of which `needed` bytes would be whole.
  void end_of_input(const std::string& unit, std::size_t needed);

  // Reading ends here because the bytes at the window's start make no sense; where the input itself failed, that is
  // why.
  void stop(const std::string& why);

  std::uint32_t input() const { return input_; }

  InputWindow window_;
  CaptureFacts facts_;
  std::uint64_t frames_ = 0;
  bool ended_ = false;

 private:
  void end();

  std::uint32_t input_;
  bool size_is_known_;
  std::optional<std::string> tail_error_;
};

// A packet's frame check sequence is not payload: takes it off the wire length, and off the bytes as far as it was
// captured. Where the packet is shorter than the FCS it is said to have, the packet is believed.
inline void drop_fcs(PacketView& packet, std::uint32_t fcs_bytes) noexcept {
  if (fcs_bytes == 0 || fcs_bytes > packet.wire_length) return;
  packet.wire_length -= fcs_bytes;
  if (packet.bytes.size() > packet.wire_length) packet.bytes = packet.bytes.first(packet.wire_length);
}

// A window at the start of a file of that format.
Result<std::unique_ptr<CaptureSource>> open_pcap(InputWindow window, FileIdentity identity);
Result<std::unique_ptr<CaptureSource>> open_pcapng(InputWindow window, FileIdentity identity);

}  // namespace wirecause
