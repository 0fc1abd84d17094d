// Writes captures: pcap with microseconds or nanoseconds, pcapng with interfaces and their statistics. From the file
// formats' specifications (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng); shares nothing with the readers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "generate/byte_sink.hpp"

namespace wirecause::generate {

enum class CaptureFormat : std::uint8_t { pcap, pcap_ns, pcapng };

// What the capture says of itself at its end (pcapng only).
struct InterfaceCounts {
  std::uint64_t received = 0;            // isb_ifrecv
  std::optional<std::uint64_t> dropped;  // isb_ifdrop; absent: not stated
};

class CaptureWriter {
 public:
  // `interfaces`: their names; pcap has one and drops the names. `snaplen` 0: whole packets.
  CaptureWriter(CaptureFormat format, std::vector<std::string> interfaces, std::uint32_t snaplen, ByteSink& sink);

  Result<void> begin();
  // One packet, cut to the snap length. Interface is an index into the names.
  Result<void> packet(std::uint32_t interface, TimeNs stamp, std::span<const std::byte> frame);
  // Statistics of each interface, stamped `stamp`; then the sink is closed.
  Result<void> end(TimeNs stamp, std::span<const InterfaceCounts> counts);

  // The stamp as the format can say it: pcap has microseconds.
  TimeNs visible(TimeNs stamp) const noexcept;

 private:
  Result<void> flush_if_full();

  CaptureFormat format_;
  std::vector<std::string> interfaces_;
  std::uint32_t snaplen_;
  ByteSink& sink_;
  std::vector<std::byte> buffer_;
};

}  // namespace wirecause::generate
