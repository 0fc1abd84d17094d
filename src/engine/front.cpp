// SPDX-License-Identifier: Apache-2.0
#include "engine/front.hpp"

#include <algorithm>
#include <utility>

#include "packet/ip_protocol.hpp"
#include "packet/quoted.hpp"

namespace wirecause {
namespace {

// Once every line of a group has its sister, one packet in so many is still compared; a line that turns up later has all
// of them compared again (Stream::is_compared).
constexpr std::uint64_t kSampleMask = 2'047;
// A line that has found nobody in so many packets has no sister here.
constexpr std::uint64_t kSearchPackets = 100'000;

std::vector<Candidate> candidates(const AnalysisOptions& options, const std::optional<Endpoint>& destination) {
  std::vector<Candidate> chosen;
  for (const FramingChoice& choice : options.framings) {
    if (choice.destination != destination) continue;
    // Any numbers may be a `generic` feed: unless its destination is named too, three packets must agree.
    const bool is_enough = destination.has_value() || !choice.framing->explicit_only;
    chosen.push_back({choice.framing, choice.config, is_enough, destination.has_value()});
  }
  return chosen;
}

std::vector<Candidate> automatic_candidates(const AnalysisOptions& options) {
  std::vector<Candidate> chosen = candidates(options, std::nullopt);
  if (!chosen.empty()) return chosen;
  for (const Framing* framing : all_framings()) {
    if (!framing->explicit_only) chosen.push_back({framing, {}, false, false});
  }
  return chosen;
}

bool is_same_wire(const Line& a, const Line& b) {
  return a.key.source == b.key.source && a.key.group == b.key.group && a.key.port == b.key.port;
}

bool is_same_place(const Line& a, const Line& b) {
  return a.key.point == b.key.point && a.key.vlan == b.key.vlan && a.key.tunnel == b.key.tunnel;
}

std::uint8_t unusual_flags(const Run& run) {
  const int heartbeat = run.is_heartbeat ? Descriptor::kConsumingHeartbeat : 0;
  const int minimum = run.count_is_minimum ? Descriptor::kCountIsMinimum : 0;
  const int number = run.has_number ? 0 : Descriptor::kNoNumber;
  return static_cast<std::uint8_t>(heartbeat | minimum | number);
}

std::uint8_t flags_of(DecodeOutcome outcome, bool messages_known) {
  if (outcome == DecodeOutcome::ok && messages_known) [[likely]]
    return 0;
  const int truncated = outcome == DecodeOutcome::truncated ? Descriptor::kTruncated : 0;
  return static_cast<std::uint8_t>(truncated | (messages_known ? 0 : Descriptor::kMessagesUnknown));
}

}  // namespace

Front::Front(const AnalysisOptions& options, const CaptureSet& captures, std::uint32_t backs, HandOver hand_over)
    : options_(&options),
      hand_over_(std::move(hand_over)),
      points_(options, captures),
      inputs_(captures.inputs()),
      tap_(FlowDecoder::kFlows + 1),
      payload_(options),
      lines_(backs),
      automatic_(automatic_candidates(options)),
      recovery_(automatic_),
      batches_(backs),
      flows_(FlowDecoder::kFlows + 1),
      from_(options.from ? options.from->time : kNoTime),
      to_(options.to ? options.to->time : TimeNs{std::numeric_limits<std::int64_t>::max()}) {
  for (const FramingChoice& choice : options.framings) {
    if (choice.destination && !by_destination_.contains(*choice.destination)) {
      by_destination_.emplace(*choice.destination, candidates(options, choice.destination));
    }
  }
}

Front::~Front() = default;

void Front::packets(std::span<const PacketView> packets) {
  for (const PacketView& seen : packets) packet(seen);
  if (staged_count_ != 0) find_staged();  // what they borrow is gone when the next ones come
  in_batch_ += packets.size();
  if (in_batch_ >= options_->batch && is_worth_flushing()) flush();
}

// Segments are looked at connection by connection: there must be so many that each has several of them.
bool Front::is_worth_flushing() const {
  constexpr std::uint64_t kPatience = 8;  // batches
  const bool has_runs =
      std::any_of(batches_.begin(), batches_.end(), [](const Batch& batch) { return batch.is_of_feeds(); });
  return has_runs || in_batch_ >= kPatience * options_->batch;
}

inline void Front::packet(const PacketView& packet) {
  // A packet without a stamp (pcapng Simple Packet Block) takes that of the one before it.
  const TimeNs time = packet.time == kNoTime ? (last_time_ == kNoTime ? TimeNs{0} : last_time_) : packet.time;
  if (time < from_ || time > to_) [[unlikely]]
    return inputs_.filtered(packet);
  const std::uint32_t point = points_.of(packet, time);
  const auto [decoded, flow, is_known, is_plain] = decoder_.decode(packet);
  ++packets_;
  last_time_ = later(last_time_, time);
  if (is_plain && packet.time != kNoTime) [[likely]] {
    inputs_.plain(packet, time);
    tap_.plain(flow, packet, decoded);
    if (decoded.transport == Transport::tcp) return other(packet, decoded, time, point);
  } else {
    if (!is_known) {  // as the first packet of a run is
      if (first_time_ == kNoTime) first_time_ = time;
      flows_[flow] = nullptr;
      tap_.enter(flow, packet, decoded, point);
    }
    inputs_.packet(packet, time, decoded);
    tap_.packet(flow, packet, decoded);
    if (decoded.transport != Transport::udp || decoded.outcome != DecodeOutcome::ok || decoded.is_fragment) {
      return other(packet, decoded, time, point);
    }
  }
  Stream* stream = flows_[flow];
  if (stream == nullptr) [[unlikely]]
    stream = flows_[flow] = stream_of(decoded, point);
  if (stream != nullptr) [[likely]]
    datagram(*stream, packet, decoded, time);
}

// What is no datagram of a feed.
void Front::other(const PacketView& packet, const Decoded& decoded, TimeNs time, std::uint32_t point) {
  if (decoded.is_fragment) return fragment(decoded);
  if (decoded.transport == Transport::tcp && options_->follow_tcp) return segment(packet, decoded, time, point);
  if (connections_) too_big(packet, decoded, point);
}

void Front::segment(const PacketView& packet, const Decoded& decoded, TimeNs time, std::uint32_t point) {
  if (!connections_) [[unlikely]]
    connections_ = std::make_unique<tcp::ConnectionTable>(tcp::ConnectionTable::kDefaultMost);
  Staged& staged = staged_[staged_count_++];
  tcp::read_segment(packet, decoded, time, staged.arrival.segment);
  tcp::read_origin(decoded, point, staged.origin);
  staged.hash = tcp::ConnectionTable::hash_of(point, staged.origin.source, staged.origin.destination);
  connections_->expect(staged.hash);
  if (staged_count_ == staged_.size()) find_staged();
}

void Front::find_staged() {
  const std::span<Staged> all = std::span(staged_).first(staged_count_);
  for (const Staged& staged : all) connections_->fetch(staged.hash);
  for (Staged& staged : all) find(staged);
  staged_count_ = 0;
}

void Front::find(Staged& staged) {
  tcp::Arrival& arrival = staged.arrival;
  const tcp::Found found = connections_->find_or_begin(arrival.segment, staged.origin, staged.hash);
  Batch& batch = batches_[batches_.size() == 1 ? 0 : found.place % batches_.size()];
  arrival.place = found.place;
  arrival.from = found.from;
  arrival.begins = found.begins;
  arrival.beginning = tcp::Arrival::kNone;
  if (found.is_first) [[unlikely]]
    arrival.beginning = batch.add_beginning({found.id, staged.origin});
  if (payload_.is_of(found)) [[unlikely]]
    payload_.segment(found, arrival.segment, staged.origin);
  batch.add_arrival() = arrival;
}

// A router on the way of a connection's packets says that they are too big.
void Front::too_big(const PacketView& packet, const Decoded& decoded, std::uint32_t point) {
  const auto told = too_big_in(packet, decoded);
  if (!told || told->ip_protocol != kProtocolTcp) return;
  find_staged();
  const auto found =
      connections_->find(point, {told->source, told->source_port}, {told->destination, told->destination_port});
  if (!found) return;
  tcp::Arrival& arrival = batches_[found->place % batches_.size()].add_arrival();
  arrival = {};
  arrival.place = found->place;
  arrival.from = found->from;
  arrival.is_too_big = true;
  arrival.segment.length = told->mtu;
}

void Front::finish() {
  flush();
  payload_.finish();
}

void Front::flush() {
  in_batch_ = 0;
  for (std::uint32_t owner = 0; owner < batches_.size(); ++owner) {
    if (batches_[owner].empty()) continue;
    hand_over_(owner, batches_[owner]);
    batches_[owner].clear();
  }
}

void Front::fragment(const Decoded& decoded) {
  if (decoded.ip_protocol != kProtocolUdp) return;
  const std::pair between{decoded.source, decoded.destination};
  if (fragmented_.size() < kMaxFragmented) {
    fragmented_.insert(between);
  } else if (!fragmented_.contains(between)) {
    forgot_fragments_ = true;
  }
}

Stream* Front::stream_of(const Decoded& decoded, std::uint32_t point) {
  Stream* stream = streams_.find_or_add(
      {decoded.source, decoded.destination, decoded.destination_port, decoded.vlan, point, decoded.tunnel_id});
  if (stream == nullptr) {
    ++evicted_packets_;
  } else if (stream->packets == 0) {
    begin(*stream);
  }
  return stream;
}

// --- from a run to the back that owns its line: what every packet passes, in one straight line

inline Line* Front::line_of(Stream& stream, const Run& run, TimeNs time) {
  for (const ChannelLine& known : stream.lines) {
    if (known.channel == run.channel) [[likely]]
      return known.line;
  }
  return new_line(stream, run, time);
}

// Inlined into the one caller that is not cold: a call costs as much as a third of what it does.
[[gnu::always_inline]] inline void Front::emit(Stream& stream, const Run& run, const Datagram& datagram,
                                               Stream::Seen seen, std::uint8_t flags) {
  Line* const line = line_of(stream, run, seen.time);
  if (line == nullptr) [[unlikely]] {
    ++evicted_packets_;
    return;
  }
  std::uint64_t whole_streams = 0;
  if (run.has_number && run.kind != RunKind::unsequenced) [[likely]] {
    if (run.session != line->session) [[unlikely]]
      enter_session(stream, *line, run.session, datagram);
    if (run.kind != RunKind::retransmission) [[likely]] {
      whole_streams = lines_.note(*line, seen.time, run.first, run.count);
    }
  }
  if (line->last_packet != seen.packet) [[likely]] {
    line->last_packet = seen.packet;
    ++line->packets;
    flags |= Descriptor::kFirstOfPacket;
  }
  if (run.is_heartbeat || run.count_is_minimum || !run.has_number) [[unlikely]]
    flags |= unusual_flags(run);

  Descriptor& d = batch_of(*line).add_run();
  d.time = seen.time;
  d.sent = resolve(*line, run.send_time, seen.time);
  d.first = run.first;
  d.frame = seen.frame;
  d.whole_streams = whole_streams;
  d.count = run.count;
  d.messages = run.messages;
  d.bytes = seen.bytes;
  d.line = line->id;
  d.session = line->session_ordinal;
  d.input = seen.input;
  d.kind = run.kind;
  d.flags = flags;
}

inline TimeNs Front::resolve(const Line& line, SendTime sent, TimeNs captured) {
  if (sent.kind == SendTime::Kind::unix_epoch) return TimeNs{sent.ns};
  if (sent.kind == SendTime::Kind::since_local_midnight && line.calendar)
    return line.calendar->instant({sent.ns}, captured);
  return kNoTime;
}

void Front::enter_session(const Stream& stream, Line& line, std::uint64_t identity, const Datagram& datagram) {
  lines_.enter_session(line, identity, [&] { return session_text(*stream.choice, datagram, identity); });
}

[[gnu::always_inline]] inline void Front::parse(Stream& stream, const Datagram& datagram, Stream::Seen seen) {
  const Framing& framing = *stream.choice->framing;
  parsed_.resume_at = 0;
  do {
    framing.parse(datagram, parsed_.resume_at, stream.choice->config, stream.framing_state, parsed_);
    if (parsed_.outcome != DecodeOutcome::ok && parsed_.outcome != DecodeOutcome::truncated) [[unlikely]] {
      if (parsed_.outcome == DecodeOutcome::malformed) ++stream.malformed_packets;
      break;
    }
    const std::uint8_t flags = flags_of(parsed_.outcome, parsed_.messages_known);
    for (const Run& run : parsed_.all()) emit(stream, run, datagram, seen, flags);
  } while (parsed_.resume_at != 0);
}

void Front::datagram(Stream& stream, const PacketView& packet, const Decoded& decoded, TimeNs time) {
  ++stream.packets;
  stream.bytes += decoded.payload_wire_length;
  if (stream.state != Stream::State::recognised) [[unlikely]] {
    stream.cut_packets += decoded.payload.size() < decoded.payload_wire_length ? 1U : 0U;
    if (stream.state == Stream::State::none) return;
  }

  Datagram datagram;
  datagram.payload = {decoded.payload.data(),
                      decoded.payload.size()};  // word by word: the whole would wait for its parts
  datagram.wire_length = decoded.payload_wire_length;
  datagram.time = time;
  datagram.source_port = decoded.source_port;
  datagram.destination_port = decoded.destination_port;
  datagram.is_multicast = stream.is_multicast;
  const Stream::Seen seen{time, packet.frame, packets_, decoded.payload_wire_length,
                          static_cast<std::uint16_t>(packet.input)};
  if (stream.state == Stream::State::undecided) [[unlikely]] {
    undecided(stream, datagram, seen);
    return;
  }
  parse(stream, datagram, seen);
  if (stream.is_compared || (stream.packets & kSampleMask) == 0) [[unlikely]]
    pair_by_content(stream, datagram);
}

void Front::begin(Stream& stream) {
  const Endpoint destination{stream.key.group, stream.key.port};
  stream.is_recovery =
      std::find(options_->recovery.begin(), options_->recovery.end(), destination) != options_->recovery.end();
  const auto named = by_destination_.find(destination);
  const auto& unnamed = stream.is_recovery ? recovery_ : automatic_;
  const auto& choices = named == by_destination_.end() ? unnamed : named->second;
  stream.recogniser = std::make_unique<Recogniser>(choices);
}

void Front::undecided(Stream& stream, const Datagram& datagram, Stream::Seen seen) {
  stream.early.push_back(seen);
  const Recogniser::Decision decision = stream.recogniser->look(datagram);
  if (decision == Recogniser::Decision::open) return;
  const std::unique_ptr<Recogniser> recogniser = std::move(stream.recogniser);
  const std::vector<Stream::Seen> early = std::exchange(stream.early, {});
  if (decision == Recogniser::Decision::none) {
    stream.state = Stream::State::none;
    return;
  }
  stream.state = Stream::State::recognised;
  stream.choice = &recogniser->choice();
  stream.framing_state = recogniser->state();
  for (const Recogniser::Held& held : recogniser->held()) {
    const std::uint8_t flags = flags_of(held.outcome, held.messages_known);
    for (const Run& run : held.runs) emit(stream, run, datagram, early[held.packet], flags);
  }
}

std::string Front::session_text(const Candidate& choice, const Datagram& datagram, std::uint64_t identity) {
  if (choice.framing->session_text != nullptr) return choice.framing->session_text(datagram, choice.config);
  return std::to_string(identity);
}

Line* Front::new_line(Stream& stream, const Run& run, TimeNs time) {
  Line* line = stream.is_recovery ? nullptr : lines_.continued_by(stream, *stream.choice, run, time);
  if (line != nullptr) {
    ++line->source_changes;
  } else {
    line = lines_.add(stream, *stream.choice, run.channel);
    if (line == nullptr) return nullptr;
    line->is_recovery = line->is_recovery || repeats_a_session(*line, run);
    announce(*line);
  }
  stream.lines.push_back({run.channel, line});
  line->stream = &stream;
  // Whoever carries the same channel may turn out to be its sister.
  for (const LineId id : lines_.group(line->group).lines) lines_.at(id).stream->is_compared = true;
  return line;
}

// A unicast stream of a session that is being multicast is the answer to a request for what was lost.
bool Front::repeats_a_session(const Line& line, const Run& run) const {
  if (line.is_multicast || run.session == 0) return false;
  const LineGroup& group = lines_.group(line.group);
  return std::any_of(group.lines.begin(), group.lines.end(), [&](LineId id) {
    const Line& other = lines_.at(id);
    return other.is_multicast && other.session == run.session;
  });
}

void Front::announce(const Line& line) {
  Batch& batch = batch_of(line);
  FeedCommand command;
  command.kind = FeedCommand::Kind::new_line;
  command.line = line.id;
  command.group = line.group;
  command.is_recovery = line.is_recovery;
  command.origin = {line.id, points_.all()[line.key.point].first};
  command.framing = line.choice->framing;
  command.config = line.choice->config;
  batch.add_command(std::move(command));
  if (line.is_recovery) return;
  // Where the user says that lost units are sent again, one packet that can be of a framing seen here is: a request for
  // little is answered in less than three.
  for (Candidate& candidate : recovery_) {
    if (candidate.framing == line.choice->framing) candidate.plausible_is_enough = true;
  }
  pair_by_configuration(line);
}

void Front::pair_by_configuration(const Line& line) {
  const auto endpoint = [](const Line& of) { return Endpoint{of.key.group, of.key.port}; };
  for (const LineId id : lines_.group(line.group).lines) {
    const Line& other = lines_.at(id);
    if (id == line.id || other.is_recovery) continue;
    for (const auto& [a, b] : options_->pairs) {
      const bool named = (endpoint(line) == a && endpoint(other) == b) || (endpoint(line) == b && endpoint(other) == a);
      if (named) join(line.id, id);
    }
  }
}

void Front::pair_by_content(Stream& stream, const Datagram& datagram) {
  stream.is_compared = false;
  for (const ChannelLine& known : stream.lines) {
    Line& line = *known.line;
    LineGroup& group = *line.in_group;
    if (!line.is_settled && line.packets > kSearchPackets) {
      line.is_settled = true;
      --group.searching;
    }
    if (group.pairing && group.searching != 0) stream.is_compared = true;
  }
  const std::size_t count = stream.choice->framing->messages(datagram, stream.choice->config, spans_);
  for (std::size_t i = 0; i < count; ++i) {
    const MessageSpan& span = spans_[i];
    if (span.bytes.empty()) continue;
    for (const ChannelLine& known : stream.lines) {
      if (known.channel != span.channel) continue;
      const Line& line = *known.line;
      if (line.is_recovery || !line.in_group->pairing) continue;
      const auto sister = line.in_group->pairing->observe(
          {line.id, line.session_ordinal, span.units, span.sequence, content_hash(span.bytes) + span.units});
      if (sister) join(line.id, *sister);
    }
  }
}

// Whether `line` itself was also seen where `at` was: then `at` has its sister there.
bool Front::is_seen_beside(const Line& line, const Line& at) const {
  const std::vector<LineId>& all = lines_.group(line.group).lines;
  return std::any_of(all.begin(), all.end(), [&](LineId id) {
    const Line& twin = lines_.at(id);
    return id != line.id && !twin.is_recovery && is_same_wire(twin, line) && is_same_place(twin, at);
  });
}

void Front::join(LineId a, LineId b) {
  Line& one = lines_.at(a);
  Line& other = lines_.at(b);
  if (is_same_wire(one, other)) {  // one line seen at two places, not two lines
    Line& second = a > b ? one : other;
    second.seen_at = std::min({a, b, second.seen_at.value_or(a)});
    return;
  }
  if (one.feed == other.feed) return;
  // Two places, two lines each: lines stay with their own place, whichever are found first.
  if (!is_same_place(one, other) && (is_seen_beside(one, other) || is_seen_beside(other, one))) return;
  for (const LineId x : lines_.group(one.group).lines) {
    for (const LineId y : lines_.group(one.group).lines) {
      const bool meet = lines_.at(x).feed == one.feed && lines_.at(y).feed == other.feed;
      if (meet && is_same_wire(lines_.at(x), lines_.at(y))) return;
    }
  }
  const LineId keeps = std::min(one.feed, other.feed);
  const LineId joins = std::max(one.feed, other.feed);
  for (const LineId id : lines_.group(one.group).lines) {
    Line& line = lines_.at(id);
    if (line.feed == joins) line.feed = keeps;
    if (line.feed != keeps || line.is_settled) continue;
    line.is_settled = true;
    --one.in_group->searching;
  }
  Batch& batch = batch_of(one);
  FeedCommand command;
  command.kind = FeedCommand::Kind::pair;
  command.line = keeps;
  command.other = joins;
  command.group = one.group;
  batch.add_command(std::move(command));
}

}  // namespace wirecause
