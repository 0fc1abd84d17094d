// The front: every packet once, in file order. Decodes, counts, finds its stream, recognises what it carries, parses, gives
// lines their numbers, finds out which lines are one feed, and hands runs to the back that owns the feed.
//
// It tracks no sequence beyond what it needs to say, at a jump, which other streams were whole meanwhile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "engine/batch.hpp"
#include "engine/input_book.hpp"
#include "engine/line_book.hpp"
#include "engine/options.hpp"
#include "engine/payload.hpp"
#include "engine/points.hpp"
#include "engine/stream_table.hpp"
#include "packet/flow_decoder.hpp"
#include "tap/quality.hpp"
#include "tcp/connection_table.hpp"

namespace wirecause {

class Front {
 public:
  // `hand_over(owner, batch)`: called with full batches; the batch may be moved from.
  using HandOver = std::function<void(std::uint32_t owner, Batch& batch)>;

  // The bounds of the window are instants (engine/time_window.hpp).
  Front(const AnalysisOptions& options, const CaptureSet& captures, std::uint32_t backs, HandOver hand_over);
  ~Front();

  void packets(std::span<const PacketView> packets);
  // Live: what is stamped later is no part of the run any more.
  void end_at(TimeNs last) { to_ = last; }
  void flush();   // everything that is waiting, to its back
  void finish();  // behind the last packet

  const Points& points() const { return points_; }
  const InputBook& inputs() const { return inputs_; }
  TapQuality& tap() { return tap_; }
  const StreamTable& streams() const { return streams_; }
  std::deque<Stream>& streams_to_join() { return streams_.all(); }  // engine/live/join reads drops by what they carry
  const LineBook& lines() const { return lines_; }
  std::uint64_t packets() const { return packets_; }
  // Whether IP fragments of datagrams came from `source` to `group`, or may have: there were more such pairs than are
  // remembered.
  bool saw_fragments(const IpAddress& source, const IpAddress& group) const {
    return forgot_fragments_ || fragmented_.contains({source, group});
  }
  std::uint64_t evicted_packets() const { return evicted_packets_; }  // of streams or lines beyond the bounded tables
  TimeNs first_time() const { return first_time_; }                   // of the first packet looked at
  TimeNs last_time() const { return last_time_; }

 private:
  struct Staged {
    tcp::Arrival arrival;
    tcp::Origin origin;
    std::uint32_t hash = 0;
  };

  void packet(const PacketView& packet);
  bool is_worth_flushing() const;
  void other(const PacketView& packet, const Decoded& decoded, TimeNs time, std::uint32_t point);
  void fragment(const Decoded& decoded);
  void segment(const PacketView& packet, const Decoded& decoded, TimeNs time, std::uint32_t point);
  void find_staged();
  void find(Staged& staged);
  void too_big(const PacketView& packet, const Decoded& decoded, std::uint32_t point);
  Stream* stream_of(const Decoded& decoded, std::uint32_t point);
  void datagram(Stream& stream, const PacketView& packet, const Decoded& decoded, TimeNs time);
  void undecided(Stream& stream, const Datagram& datagram, Stream::Seen seen);
  void begin(Stream& stream);
  void parse(Stream& stream, const Datagram& datagram, Stream::Seen seen);
  void emit(Stream& stream, const Run& run, const Datagram& datagram, Stream::Seen seen, std::uint8_t flags);
  Line* line_of(Stream& stream, const Run& run, TimeNs time);
  Line* new_line(Stream& stream, const Run& run, TimeNs time);
  void enter_session(const Stream& stream, Line& line, std::uint64_t identity, const Datagram& datagram);
  bool repeats_a_session(const Line& line, const Run& run) const;
  static std::string session_text(const Candidate& choice, const Datagram& datagram, std::uint64_t identity);
  void announce(const Line& line);
  void pair_by_configuration(const Line& line);
  void pair_by_content(Stream& stream, const Datagram& datagram);
  bool is_seen_beside(const Line& line, const Line& at) const;
  void join(LineId a, LineId b);
  static TimeNs resolve(const Line& line, SendTime sent, TimeNs captured);
  Batch& batch_of(const Line& line) { return batches_[line.owner]; }

  const AnalysisOptions* options_;
  HandOver hand_over_;
  Points points_;
  InputBook inputs_;
  TapQuality tap_;
  std::unique_ptr<tcp::ConnectionTable> connections_;  // none until there is something to follow
  // Segments before it is known which connections they are of: they are looked for together.
  std::array<Staged, 16> staged_;
  std::size_t staged_count_ = 0;
  Payload payload_;
  StreamTable streams_;
  LineBook lines_;
  std::vector<Candidate> automatic_;                           // what an unnamed stream may be
  std::vector<Candidate> recovery_;                            // the same where the user says that units are sent again
  std::map<Endpoint, std::vector<Candidate>> by_destination_;  // what the user said of one
  std::vector<Batch> batches_;                                 // one a back
  static constexpr std::size_t kMaxFragmented = 4'096;
  std::set<std::pair<IpAddress, IpAddress>> fragmented_;  // source and destination of fragments of UDP
  bool forgot_fragments_ = false;

  FlowDecoder decoder_;
  std::vector<Stream*> flows_;  // by number of the flow (the last one: of none), once a datagram of it has been counted
  static constexpr std::size_t kMaxSpans = 64;  // messages of one packet that are compared between lines
  std::array<MessageSpan, kMaxSpans> spans_;
  Parsed parsed_;  // kept: clearing sixteen runs for every packet is work
  std::uint64_t packets_ = 0;
  std::uint64_t in_batch_ = 0;
  std::uint64_t evicted_packets_ = 0;
  TimeNs first_time_ = kNoTime;
  TimeNs last_time_ = kNoTime;
  TimeNs from_;  // the window asked for
  TimeNs to_;
};

}  // namespace wirecause
