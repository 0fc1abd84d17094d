// The bytes of one direction of a connection, put back into order, for whoever reads what is inside.
//
// segment() takes every packet of the direction in the order of the capture, acknowledged() what its receiver says; a
// StreamReader is told bytes and holes in the order of the stream, each byte once, until finish(). What is in order is
// passed on without a copy; what comes early is copied and waits for what lies before it.
//
// Where packets overlap, the bytes that were captured first count: they may have been read already, and a receiver does
// not read twice either (RFC 9293 3.10.7.4 trims what it has). Which copy of bytes that differ the receiver took is not
// on the wire; how many differ is counted.
//
// A hole is given up when the receiver has acknowledged beyond it and kPatience more packets, and kGrace, have passed: a
// mirror of two directions shows data behind its acknowledgement. It is also given up when more waits than kMostBytes or
// kMostPieces. What the receiver has not acknowledged is never skipped while the receiver is heard: then the packet that
// finds no room is refused, as the receiver would.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "tcp/segment.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

struct StreamPiece {
  Offset begin = 0;  // 0: the first byte behind the SYN, or the first one captured
  Bytes bytes;       // until the call returns
  TimeNs time = kNoTime;
  std::uint64_t frame = 0;  // that brought them
};

struct StreamHole {
  enum class Reason : std::uint8_t {
    missing,  // no packet brought it
    cut,      // the packet was captured shorter than it was
  };
  Offset begin = 0;
  Offset end = 0;
  Reason reason = Reason::missing;
};

class StreamReader {
 public:
  virtual ~StreamReader() = default;
  virtual void bytes(const StreamPiece& piece) = 0;
  virtual void hole(const StreamHole& hole) = 0;
};

class ByteStream {
 public:
  static constexpr std::size_t kMostBytes = 4U
                                            << 20U;  // the largest receive window that Linux gives by itself is 6 MiB
  static constexpr std::size_t kMostPieces = 4'096;
  static constexpr Offset kFurthest = Offset{1} << 30U;  // no window is larger (RFC 7323 2.3)
  static constexpr std::uint64_t kPatience = 64;
  static constexpr DurationNs kGrace = milliseconds(1);

  // In bytes, but for `pieces`.
  struct Counts {
    std::uint64_t delivered = 0;
    std::uint64_t missing = 0;      // of holes that were told
    std::uint64_t repeated = 0;     // came again
    std::uint64_t conflicting = 0;  // of these, those that are known to differ: what they repeat was still waiting
    std::uint64_t refused = 0;      // no room, or further ahead than any window
    std::uint64_t before = 0;       // below the first that was captured
  };

  // `reader` must outlive the stream.
  explicit ByteStream(StreamReader& reader, std::size_t most_bytes = kMostBytes, std::size_t most_pieces = kMostPieces)
      : reader_(&reader), most_bytes_(most_bytes), most_pieces_(most_pieces) {}

  void segment(const Segment& segment);
  // The receiver has everything before this wire number.
  void acknowledged(std::uint32_t acknowledgement);
  // No packet comes any more: what waits is passed on, with its holes.
  void finish();

  Offset next() const { return next_; }                           // everything before was told
  bool is_complete() const { return has_end_ && next_ >= end_; }  // up to the FIN
  std::size_t waiting_bytes() const { return held_bytes_; }
  std::size_t waiting_pieces() const { return held_.size(); }
  const Counts& counts() const { return counts_; }

 private:
  struct Held {
    Offset begin = 0;
    Offset end = 0;  // on the wire; behind the bytes where the packet was cut
    TimeNs time = kNoTime;
    std::uint64_t frame = 0;
    std::vector<std::byte> bytes;
  };
  // Part of a segment.
  struct Part {
    Offset begin = 0;
    Offset end = 0;
    Bytes bytes;
  };

  static Part part_of(const Part& whole, Offset begin, Offset end);
  void insert(const Part& whole, const Segment& segment);
  bool put(const Part& part, const Segment& segment, std::size_t at);
  void note_repeated(const Held& held, const Part& part);
  void make_room(std::size_t bytes);
  bool may_skip(Offset to) const { return !hears_receiver_ || acknowledged_ >= to; }
  void tell(Offset begin, Offset end, Bytes bytes, TimeNs time, std::uint64_t frame);
  void tell_hole(Offset to, StreamHole::Reason reason);
  void tell_held();
  void lose_patience(TimeNs now);

  StreamReader* reader_;
  std::size_t most_bytes_;
  std::size_t most_pieces_;
  std::uint32_t base_ = 0;  // wire number of offset 0
  bool has_base_ = false;
  bool has_end_ = false;
  bool hears_receiver_ = false;
  Offset next_ = 0;
  Offset end_ = 0;  // of the stream: where its FIN is
  Offset acknowledged_ = 0;
  std::deque<Held> held_;  // by offset; none touches next_, none overlaps another
  std::size_t held_bytes_ = 0;
  std::uint64_t segments_ = 0;
  // The receiver was seen to have the bytes that are missing at next_: since when.
  bool is_waiting_ = false;
  std::uint64_t waiting_since_ = 0;  // segments_
  TimeNs waiting_from_ = kNoTime;
  Counts counts_;
};

}  // namespace wirecause::tcp
