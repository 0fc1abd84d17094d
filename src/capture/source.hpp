// A source of packets: one capture file (or stdin), read in batches, and what the file itself says about the capture.
//
// open_capture() looks at the bytes, not at the name: pcap and pcapng, plain, gzip or zstd, "-" = stdin. A PacketView is valid until the next call of next_batch() on the same source. A file cut in the middle of a
// record is read to its last whole packet; `tail_error()` then says where and how, and that is not an Error of the run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

// One interface of a capture file. Absent numbers are unknown, never zero (DESIGN D11).
struct InterfaceFacts {
  std::string name;  // if_name, or empty
  std::string description;
  std::string filter;  // capture filter text
  LinkType link_type = LinkType::ethernet;
  std::uint32_t snap_length = 0;  // 0: unlimited or unknown
  std::uint32_t section = 0;
  std::int64_t ticks_per_second = 1'000'000;  // resolution of the stamps
  std::int64_t offset_seconds = 0;            // if_tsoffset
  std::optional<std::uint8_t> fcs_length;     // bytes of FCS inside the captured length
  std::optional<std::uint64_t> received;      // isb_ifrecv, last seen
  std::optional<std::uint64_t> dropped;       // isb_ifdrop
  std::optional<std::uint64_t> os_dropped;    // isb_osdrop
  std::optional<std::uint64_t> accepted;      // isb_filteraccept
  std::uint64_t packets = 0;                  // packets of this interface in the file
  std::uint64_t packet_drops = 0;             // sum of epb_dropcount
  bool has_packet_drops = false;              // at least one epb_dropcount was present
};

struct CaptureFacts {
  std::string file;         // as the user named it; "-" for stdin
  std::string format;       // "pcap", "pcap (ns)", "pcapng", with ", gzip" or ", zstd"
  std::uint64_t bytes = 0;  // size on disk where known, else bytes read
  std::vector<InterfaceFacts> interfaces;
  std::vector<std::string> comments;  // section and packet comments, the first 16
  std::uint64_t comment_count = 0;
  std::uint64_t unknown_blocks = 0;        // pcapng blocks skipped by type
  std::uint64_t damaged_records = 0;       // records that contradict themselves and were skipped
  std::uint64_t packets_without_time = 0;  // Simple Packet Blocks
};

class CaptureSource {
 public:
  virtual ~CaptureSource() = default;

  // Fills views from the front of `out`; returns how many. 0: the end (whole or cut, see tail_error()).
  virtual std::size_t next_batch(std::span<PacketView> out) = 0;

  // Grows while reading: interfaces and statistics appear as their blocks do. Valid until the source is destroyed.
  virtual const CaptureFacts& facts() const = 0;

  // After the end: why reading stopped before the end of the file, with the offset; nothing when the file was whole.
  virtual const std::optional<std::string>& tail_error() const = 0;

  // For progress: bytes of the file consumed so far (compressed bytes where compressed).
  virtual std::uint64_t bytes_consumed() const = 0;
};

// `input` is the index that its views carry. Errors: not_found, permission, io, bad_input (not a capture: says what it
// is).
Result<std::unique_ptr<CaptureSource>> open_capture(const std::string& file, std::uint32_t input);

// The same over bytes in memory, for tests and fuzzing; `bytes` must outlive the source.
Result<std::unique_ptr<CaptureSource>> open_capture_bytes(Bytes bytes, std::string name, std::uint32_t input);

}  // namespace wirecause
