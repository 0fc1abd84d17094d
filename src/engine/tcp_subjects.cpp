// SPDX-License-Identifier: Apache-2.0
#include "engine/tcp_subjects.hpp"

#include <fmt/format.h>

namespace wirecause {

Subject TcpSubjects::host_pair(const tcp::ConnectionSummary& c) {
  const auto number = static_cast<std::uint32_t>(pairs_.size());
  return {SubjectKind::host_pair, pairs_.try_emplace({c.client.address, c.server.address}, number).first->second};
}

Subject TcpSubjects::server(const tcp::ConnectionSummary& c) {
  const auto number = static_cast<std::uint32_t>(servers_.size());
  return {SubjectKind::server, servers_.try_emplace({c.point, c.server}, number).first->second};
}

ConnectionFacts TcpSubjects::facts(const tcp::ConnectionSummary& c) {
  ConnectionFacts facts;
  facts.host_pair = host_pair(c);
  facts.server = server(c);
  facts.point = {SubjectKind::point, c.point};
  facts.life_ns = static_cast<std::uint64_t>((c.last - c.first).ns);
  facts.server_address = c.server.address.text();
  facts.server_port = c.server.port;
  timeline_->name_subject(connection(c), fmt::format("TCP connection {} {}", c.id, ends_text(c)));
  timeline_->name_subject(facts.host_pair,
                          fmt::format("TCP {} → {}", c.client.address.text(), c.server.address.text()));
  timeline_->name_subject(facts.server, fmt::format("TCP server {}", endpoint_text(c.server.address, c.server.port)));
  return facts;
}

std::string ends_text(const tcp::ConnectionSummary& c) {
  return fmt::format("{} → {}", endpoint_text(c.client.address, c.client.port),
                     endpoint_text(c.server.address, c.server.port));
}

std::string filter_text(const tcp::ConnectionSummary& c) {
  const std::string_view family = c.client.address.is_v4() ? "ip" : "ipv6";
  return fmt::format(
      "{0}.addr == {1} && {0}.addr == {2} && tcp.port == {3} && tcp.port == {4} && frame.number >= {5} && "
      "frame.number <= {6}",
      family, c.client.address.text(), c.server.address.text(), c.client.port, c.server.port, c.first_frame,
      c.last_frame);
}

}  // namespace wirecause
