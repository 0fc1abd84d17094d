// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_server.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause {
namespace {

using tcp::ConnectionSummary;

constexpr std::size_t kNamed = 3;   // attempts whose ends are told
constexpr std::size_t kFrames = 8;  // packets that show them
constexpr std::size_t kMostClients = 1'000;
constexpr std::uint64_t kLarge = 65'536;  // bytes: what a window without scaling allows at once

bool is_refused(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns > 0 && server.counts.syns == 0 && server.counts.resets > 0 &&
         server.counts.bytes == 0;
}

bool is_unanswered(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns > 1 && server.counts.packets == 0 && client.counts.bytes == 0 &&
         server.counts.acks_of_unseen == 0;
}

bool is_single_syn(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && client.counts.syns == 1 && client.counts.packets == 1 && server.counts.packets == 0 &&
         server.counts.acks_of_unseen == 0;
}

bool is_half_open(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  return c.starts_with_syn && c.saw_syn_ack && !c.handshake && c.reset == kNoTime && client.counts.bytes == 0 &&
         client.counts.packets == client.counts.syns;
}

// Its acknowledgement was captured, its data too, and the server still waits for either. A server whose own data is lost as
// well is behind a bad path.
bool is_ignored(const ConnectionSummary& c) {
  const auto& [client, server] = c.directions;
  const std::uint64_t lost_by_server = server.counts.retransmissions() - server.counts.of(tcp::Resend::syn_ack);
  return c.late_syn_acks > 0 && client.counts.data_packets > 0 && client.counts.retransmissions() > 0 &&
         lost_by_server == 0;
}

bool is_large(const ConnectionSummary& c) {
  return std::max(c.directions[0].counts.bytes, c.directions[1].counts.bytes) > kLarge;
}

void add_options(const ConnectionSummary& c, AtServer& at) {
  const auto& [client, server] = c.directions;
  if (!c.client_isn || !c.saw_syn_ack) return;
  ++at.both_syns;
  if (!is_large(c)) return;
  if (!client.sack_permitted || !server.sack_permitted) at.plain_sack.add(c, c.first_frame);
  if (!client.window_scale || !server.window_scale) at.plain_scale.add(c, c.first_frame);
}

}  // namespace

void Attempts::add(const ConnectionSummary& c, std::uint64_t frame) {
  if (count++ == 0) frames.input = c.input;
  if (count <= kNamed) {
    text += fmt::format("{}{} → {}", text.empty() ? "" : ", ", c.client.address.text(),
                        endpoint_text(c.server.address, c.server.port));
  }
  if (frames.frames.size() < kFrames && frames.input == c.input) frames.frames.push_back(frame);
}

void Attempts::add(const Attempts& more) {
  if (count == 0) frames.input = more.frames.input;
  count += more.count;
  if (text.empty()) text = more.text;
  for (const std::uint64_t frame : more.frames.frames) {
    if (frames.frames.size() < kFrames && frames.input == more.frames.input) frames.frames.push_back(frame);
  }
}

void AtServer::add(const ConnectionSummary& c, bool got_through, bool got_elsewhere, bool may_open) {
  any = any == nullptr ? &c : any;
  if (first == kNoTime || c.first < first) first = c.first;
  last = later(last, c.last);
  attempts += c.starts_with_syn ? 1U : 0U;
  opened += c.handshake ? 1U : 0U;
  const bool is_half = c.directions[0].counts.packets == 0 || c.directions[1].counts.packets == 0;
  one_way += is_half && c.directions[0].counts.acks_of_unseen + c.directions[1].counts.acks_of_unseen > 0 ? 1U : 0U;
  syn_acks_again += c.directions[1].counts.of(tcp::Resend::syn_ack);
  if (clients.size() < kMostClients) clients.insert(c.client.address);
  add_options(c, *this);
  if (is_ignored(c)) ignored.add(c, c.first_frame);
  if (is_half_open(c) && !may_open) half_open.add(c, c.first_frame);
  if (is_single_syn(c) && !may_open) single.add(c, c.first_frame);
  if (got_through) return;
  if (is_refused(c)) refused.add(c, c.reset_frame);
  if (is_refused(c) && got_elsewhere) elsewhere.add(c, c.reset_frame);
  if (is_unanswered(c)) unanswered.add(c, c.first_frame);
}

void AtServer::add(const AtServer& more) {
  any = any == nullptr ? more.any : any;
  if (first == kNoTime || more.first < first) first = more.first;
  last = later(last, more.last);
  attempts += more.attempts;
  opened += more.opened;
  both_syns += more.both_syns;
  syn_acks_again += more.syn_acks_again;
  one_way += more.one_way;
  for (const IpAddress& client : more.clients) {
    if (clients.size() < kMostClients) clients.insert(client);
  }
  refused.add(more.refused);
  elsewhere.add(more.elsewhere);
  unanswered.add(more.unanswered);
  single.add(more.single);
  half_open.add(more.half_open);
  ignored.add(more.ignored);
  plain_sack.add(more.plain_sack);
  plain_scale.add(more.plain_scale);
  stripped.add(more.stripped);
}

}  // namespace wirecause
