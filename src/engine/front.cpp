// SPDX-License-Identifier: Apache-2.0
#include "engine/front.hpp"

#include <algorithm>
#include <utility>

namespace wirecause {
namespace {

// Once every line of a group has its sister, one packet in so many is still compared, so that a line that turns up later
// finds its feed.
constexpr std::uint64_t kSampleMask = 63;
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

}  // namespace

Front::Front(const AnalysisOptions& options, const MergedCapture& captures, std::uint32_t backs, HandOver hand_over)
    : options_(&options),
      hand_over_(std::move(hand_over)),
      points_(options, captures),
      inputs_(captures.inputs()),
      lines_(backs),
      automatic_(automatic_candidates(options)),
      batches_(backs),
      flows_(FlowDecoder::kFlows + 1) {
  for (const FramingChoice& choice : options.framings) {
    if (choice.destination && !by_destination_.contains(*choice.destination)) {
      by_destination_.emplace(*choice.destination, candidates(options, choice.destination));
    }
  }
}

void Front::packet(const PacketView& packet) {
  // A packet without a stamp (pcapng Simple Packet Block) takes that of the one before it.
  const TimeNs time = packet.time == kNoTime ? (last_time_ == kNoTime ? TimeNs{0} : last_time_) : packet.time;
  if (!bounds_known_) [[unlikely]] resolve_bounds(time);
  if (is_outside(time)) {
    inputs_.filtered(packet);
    return;
  }
  const std::uint32_t point = points_.of(packet, time);
  const auto [decoded, flow, is_known] = decoder_.decode(packet);
  FlowFacts& facts = flows_[flow];
  if (!is_known) [[unlikely]] facts = {nullptr, tap_.path_of(packet, decoded, point)};
  if (packets_++ == 0) first_time_ = time;
  last_time_ = std::max(last_time_, time);
  inputs_.packet(packet, time, decoded);
  tap_.packet(packet, decoded, facts.path);
  if (decoded.transport == Transport::udp && decoded.outcome == DecodeOutcome::ok && !decoded.is_fragment) {
    if (facts.stream == nullptr) facts.stream = stream_of(decoded, point);
    if (facts.stream != nullptr) datagram(*facts.stream, packet, decoded, time);
  }
  if (++in_batch_ >= options_->batch) flush();
}

void Front::resolve_bounds(TimeNs first) {
  bounds_known_ = true;
  constexpr std::int64_t kDay = 86'400LL * 1'000'000'000;
  const std::int64_t into_day = ((first.ns % kDay) + kDay) % kDay;
  const auto instant = [&](const TimeBound& bound) {
    return bound.is_time_of_day ? (first - DurationNs{into_day}) + DurationNs{bound.time.ns} : bound.time;
  };
  if (options_->from) from_ = instant(*options_->from);
  if (options_->to) to_ = instant(*options_->to);
}

void Front::flush() {
  in_batch_ = 0;
  for (std::uint32_t owner = 0; owner < batches_.size(); ++owner) {
    if (batches_[owner].empty()) continue;
    hand_over_(owner, batches_[owner]);
    batches_[owner].clear();
  }
}

Stream* Front::stream_of(const Decoded& decoded, std::uint32_t point) {
  Stream* stream = streams_.find_or_add({decoded.source, decoded.destination, decoded.destination_port, decoded.vlan, point});
  if (stream == nullptr) {
    ++evicted_packets_;
  } else if (stream->packets == 0) {
    begin(*stream);
  }
  return stream;
}

void Front::datagram(Stream& stream, const PacketView& packet, const Decoded& decoded, TimeNs time) {
  ++stream.packets;
  stream.bytes += decoded.payload_wire_length;
  if (stream.state == Stream::State::none) return;

  Datagram datagram;
  datagram.payload = decoded.payload;
  datagram.wire_length = decoded.payload_wire_length;
  datagram.time = time;
  datagram.source_port = decoded.source_port;
  datagram.destination_port = decoded.destination_port;
  datagram.is_multicast = stream.is_multicast;
  const Stream::Early seen{time, packet.frame, packets_, decoded.payload_wire_length, static_cast<std::uint16_t>(packet.input)};
  if (stream.state == Stream::State::undecided) {
    undecided(stream, datagram, seen);
  } else {
    parse(stream, datagram, seen);
  }
}

void Front::begin(Stream& stream) {
  const Endpoint destination{stream.key.group, stream.key.port};
  stream.is_recovery = std::find(options_->recovery.begin(), options_->recovery.end(), destination) != options_->recovery.end();
  const auto named = by_destination_.find(destination);
  const auto& choices = named == by_destination_.end() ? automatic_ : named->second;
  stream.recogniser = std::make_unique<Recogniser>(choices);
}

void Front::undecided(Stream& stream, const Datagram& datagram, const Stream::Early& seen) {
  stream.early.push_back(seen);
  const Recogniser::Decision decision = stream.recogniser->look(datagram);
  if (decision == Recogniser::Decision::open) return;
  const std::unique_ptr<Recogniser> recogniser = std::move(stream.recogniser);
  const std::vector<Stream::Early> early = std::exchange(stream.early, {});
  if (decision == Recogniser::Decision::none) {
    stream.state = Stream::State::none;
    return;
  }
  stream.state = Stream::State::recognised;
  stream.choice = &recogniser->choice();
  stream.framing_state = recogniser->state();
  for (const Recogniser::Held& held : recogniser->held()) {
    std::uint8_t flags = held.outcome == DecodeOutcome::truncated ? Descriptor::kTruncated : std::uint8_t{0};
    if (!held.messages_known) flags |= Descriptor::kMessagesUnknown;
    for (const Run& run : held.runs) emit(stream, run, datagram, early[held.packet], flags);
  }
}

void Front::parse(Stream& stream, const Datagram& datagram, const Stream::Early& seen) {
  const Framing& framing = *stream.choice->framing;
  Parsed& parsed = parsed_;
  parsed.resume_at = 0;
  do {
    framing.parse(datagram, parsed.resume_at, stream.choice->config, stream.framing_state, parsed);
    if (parsed.outcome != DecodeOutcome::ok && parsed.outcome != DecodeOutcome::truncated) {
      ++stream.foreign_packets;
      break;
    }
    std::uint8_t flags = parsed.outcome == DecodeOutcome::truncated ? Descriptor::kTruncated : std::uint8_t{0};
    if (!parsed.messages_known) flags |= Descriptor::kMessagesUnknown;
    for (const Run& run : parsed.all()) emit(stream, run, datagram, seen, flags);
  } while (parsed.resume_at != 0);
  if (is_compared(stream)) [[unlikely]] pair_by_content(stream, datagram);
}

// Whether the messages of the stream's present packet are compared with those of other lines.
bool Front::is_compared(const Stream& stream) const {
  if (stream.lines.empty()) return false;
  const Line& first = *stream.lines.front().line;
  const LineGroup& group = *first.in_group;
  return group.pairing != nullptr && (group.searching != 0 || (first.packets & kSampleMask) == 0);
}

void Front::emit(Stream& stream, const Run& run, const Datagram& datagram, const Stream::Early& seen, std::uint8_t flags) {
  Line* const line = line_of(stream, run, seen);
  if (line == nullptr) [[unlikely]] {
    ++evicted_packets_;
    return;
  }
  const bool carries_number = run.has_number && run.kind != RunKind::unsequenced;
  const std::uint64_t identity = carries_number ? run.session : line->session;
  const SessionId session = lines_.session(*line, identity, [&] { return session_text(*stream.choice, datagram, identity); });
  const TimeNs sent = resolve(*line, run.send_time, seen.time);
  std::uint64_t whole_streams = 0;
  if (carries_number && run.kind != RunKind::retransmission) {
    whole_streams = lines_.note(*line, seen.time, run.first, run.count);
  }
  if (line->last_packet != seen.packet) {
    line->last_packet = seen.packet;
    ++line->packets;
    flags |= Descriptor::kFirstOfPacket;
  }
  if (run.is_heartbeat) flags |= Descriptor::kConsumingHeartbeat;
  if (run.count_is_minimum) flags |= Descriptor::kCountIsMinimum;
  if (!run.has_number) flags |= Descriptor::kNoNumber;

  // All values first, then one store a field: nothing is cleared before it is written.
  Descriptor& d = batch_of(*line).runs.emplace_back();
  d.time = seen.time;
  d.sent = sent;
  d.first = run.first;
  d.frame = seen.frame;
  d.whole_streams = whole_streams;
  d.count = run.count;
  d.messages = run.messages;
  d.bytes = seen.bytes;
  d.line = line->id;
  d.session = session;
  d.input = seen.input;
  d.kind = run.kind;
  d.flags = flags;
}

std::string Front::session_text(const Candidate& choice, const Datagram& datagram, std::uint64_t identity) {
  if (choice.framing->session_text != nullptr) return choice.framing->session_text(datagram, choice.config);
  return std::to_string(identity);
}

Line* Front::line_of(Stream& stream, const Run& run, const Stream::Early& seen) {
  for (const ChannelLine& known : stream.lines) {
    if (known.channel == run.channel) return known.line;
  }
  Line* line = stream.is_recovery ? nullptr : lines_.continued_by(stream, *stream.choice, run, seen.time);
  if (line != nullptr) {
    ++line->source_changes;
  } else {
    line = lines_.add(stream, *stream.choice, run.channel);
    if (line == nullptr) return nullptr;
    line->is_recovery = line->is_recovery || repeats_a_session(*line, run);
    announce(*line);
  }
  stream.lines.push_back({run.channel, line});
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
  command.before = batch.runs.size();
  command.kind = FeedCommand::Kind::new_line;
  command.line = line.id;
  command.group = line.group;
  command.is_recovery = line.is_recovery;
  command.origin = {line.id, points_.all()[line.key.point].first};
  command.framing = line.choice->framing;
  command.config = line.choice->config;
  batch.commands.push_back(command);
  if (!line.is_recovery) pair_by_configuration(line);
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
  Line& first = *stream.lines.front().line;
  LineGroup& searched = *first.in_group;
  if (!first.is_settled && first.packets > kSearchPackets) {
    first.is_settled = true;
    --searched.searching;
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

void Front::join(LineId a, LineId b) {
  Line& one = lines_.at(a);
  Line& other = lines_.at(b);
  const auto same_wire = [](const Line& x, const Line& y) {
    return x.key.source == y.key.source && x.key.group == y.key.group && x.key.port == y.key.port;
  };
  if (same_wire(one, other)) {  // one line seen at two places, not two lines
    (a > b ? one : other).seen_at = std::min(a, b);
    return;
  }
  if (one.feed == other.feed) return;
  // Two places, two lines each: lines stay with their own place.
  for (const LineId x : lines_.group(one.group).lines) {
    for (const LineId y : lines_.group(one.group).lines) {
      const bool meet = lines_.at(x).feed == one.feed && lines_.at(y).feed == other.feed;
      if (meet && same_wire(lines_.at(x), lines_.at(y))) return;
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
  command.before = batch.runs.size();
  command.kind = FeedCommand::Kind::pair;
  command.line = keeps;
  command.other = joins;
  command.group = one.group;
  batch.commands.push_back(command);
}

TimeNs Front::resolve(const Line& line, SendTime sent, TimeNs captured) {
  if (sent.kind == SendTime::Kind::unix_epoch) return TimeNs{sent.ns};
  if (sent.kind == SendTime::Kind::since_local_midnight && line.calendar) return line.calendar->instant({sent.ns}, captured);
  return kNoTime;
}

}  // namespace wirecause
