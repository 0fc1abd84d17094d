// Drops that are known by count alone: beyond the ring, by a socket's own counter, or for closed ports.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "engine/live/join/drop_join.hpp"
#include "evidence/drop_reason.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {

// The counts first, then what the ring holds: a drop that is counted and not told by now never will be.
void DropJoin::add_untold(DropProbe& probe, const ClockPair& clocks, TimeNs now) {
  if (probe.flows().empty()) return;
  if (!ended_) probe.refresh_counts();
  take(probe, clocks);
  streams_.follow(front_->streams_to_join());
  untold_ = {probe.unlisted_followed(), 0};
  for (const DropFlow& flow : probe.flows()) {
    FlowState& state = state_of(flow.id);
    const std::uint64_t counted = ended_ ? state.counted : flow.datagrams;
    if (flow.ip_protocol != kProtocolUdp || counted <= state.told + state.untold) continue;
    const std::uint64_t missing = counted - state.told - state.untold;
    const Stream* stream = stream_of(flow, state);
    // Of several lines or sources nobody can tell; what is of none yet may still be joined.
    const bool is_recognised = stream != nullptr && stream->state == Stream::State::recognised;
    const bool is_of_one_line = is_recognised && stream->lines.size() == 1 && !(flow.source == IpAddress{});
    if (!is_of_one_line) {
      add_unjoined(untold_, flow, state, missing);
      continue;
    }
    state.untold += missing;
    DroppedUnits::Datagrams dropped;
    dropped.place = place_of(flow, state);
    // Beyond a limit the kernel only counts: that was after the last it told of and after the look before, not only now.
    dropped.time =
        state.last == kNoTime ? now : std::max(state.last, counts_read_ == kNoTime ? state.last : counts_read_);
    dropped.datagrams = missing;
    dropped.truesize = flow.truesize;
    dropped.payload = flow.payload_length;
    Units units;
    units.line = stream->lines.front().line->id;
    units.end = units_a_datagram(units.line) * missing;
    give(units, dropped, flow);
    changed_ = true;
  }
  counts_read_ = now;
}

// A line of a socket of several holds what was given to it while it was the only one.
bool DropJoin::was_given_alone(const WatchedSocket& socket) const {
  return socket.consumers.size() > 1 && std::ranges::any_of(socket.consumers, [this](std::uint32_t id) {
           return !consumers_->consumer(id).dropped.episodes().empty();
         });
}

bool DropJoin::by_counter(std::size_t socket, std::uint64_t datagrams, TimeNs now) {
  const WatchedSocket& watched = consumers_->sockets()[socket];
  if (watched.consumers.empty()) return false;
  if (datagrams == 0 && !was_given_alone(watched)) return true;
  DropPlace place;
  place.at = Checkpoint::socket;
  place.socket_is_known = true;
  place.step_down = "no drop probe: by the socket's own counter, the reason by those of the host";
  if (watched.consumers.size() > 1) {
    place.step_down +=
        fmt::format("; it reads {} lines, and which of them lost is not known", watched.consumers.size());
    hold_undivided(socket, datagrams, now, places_.id_of(place));
    return true;
  }
  Consumer& consumer = consumers_->consumer(watched.consumers.front());
  DroppedUnits::Datagrams dropped;
  dropped.place = places_.id_of(place);
  dropped.time = now;
  dropped.datagrams = datagrams;
  Units units;
  units.line = consumer.line;
  units.end = units_a_datagram(consumer.line) * datagrams;
  put(consumer.dropped, units, dropped);
  changed_ = true;
  return true;
}

// With what was given to a line while it was the socket's only one.
void DropJoin::hold_undivided(std::size_t socket, std::uint64_t datagrams, TimeNs now, std::uint32_t place) {
  DropEpisode held;
  const auto known = undivided_.find(socket);
  if (known != undivided_.end()) held = known->second;
  const auto add = [&held](TimeNs first, TimeNs last, std::uint64_t count) {
    if (count == 0) return;
    held.first = held.datagrams == 0 ? first : std::min(held.first, first);
    held.last = std::max(held.last, last);
    held.datagrams += count;
  };
  for (const std::uint32_t id : consumers_->sockets()[socket].consumers) {
    Consumer& consumer = consumers_->consumer(id);
    if (consumer.dropped.episodes().empty()) continue;
    for (const DropEpisode& given : consumer.dropped.episodes()) add(given.first, given.last, given.datagrams);
    consumer.dropped = {};
  }
  add(now, now, datagrams);
  held.place = place;
  if (held.datagrams == 0) return;
  changed_ = changed_ || datagrams != 0;
  undivided_[socket] = held;
}

std::vector<Stranger> DropJoin::strangers(const DropProbe& probe) {
  constexpr std::size_t kMost = 8;  // a scan of ports is one symptom, not thousands
  std::vector<Stranger> found;
  for (const DropFlow& flow : probe.flows()) {
    const bool is_one = flow.ip_protocol == kProtocolUdp && flow.netns == netns_ &&
                        flow.reason == drop_reason::kNoSocket && !flow.destination.is_multicast();
    if (!is_one || state_of(flow.id).first == kNoTime || stream_of(flow, state_of(flow.id)) != nullptr) continue;
    const std::uint32_t place = place_of(flow, state_of(flow.id));
    const FlowState& state = state_of(flow.id);
    const auto known = std::find_if(found.begin(), found.end(), [&](const Stranger& stranger) {
      return stranger.destination == flow.destination && stranger.port == flow.destination_port;
    });
    const bool is_new = known == found.end();
    if (is_new && found.size() >= kMost) continue;
    Stranger& stranger = is_new ? found.emplace_back() : *known;
    if (is_new) {
      stranger = {flow.source, flow.destination, flow.destination_port, flow.ifindex, {}};
      stranger.dropped.place = place;
      stranger.dropped.first = state.first;
      stranger.dropped.last = state.last;
    }
    stranger.dropped.first = std::min(stranger.dropped.first, state.first);
    stranger.dropped.last = std::max(stranger.dropped.last, state.last);
    stranger.dropped.datagrams += flow.datagrams;
    stranger.dropped.by_count += flow.datagrams;
  }
  return found;
}

}  // namespace wirecause
