// Numbers and names of what TCP evidence is about: connections, pairs of hosts, servers. Numbers are given in order of
// appearance; a name only to what is spoken of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

class TcpSubjects {
 public:
  explicit TcpSubjects(Timeline& timeline) : timeline_(&timeline) {}

  static Subject connection(const tcp::ConnectionSummary& c) {
    return {SubjectKind::connection, static_cast<std::uint32_t>(c.id)};
  }
  Subject host_pair(const tcp::ConnectionSummary& c);
  Subject server(const tcp::ConnectionSummary& c);
  // What an episode says of the connection; names it, its hosts and its server.
  ConnectionFacts facts(const tcp::ConnectionSummary& c);

 private:
  using Hosts = std::pair<IpAddress, IpAddress>;          // client's, server's
  using Place = std::pair<std::uint32_t, tcp::Endpoint>;  // point, server

  Timeline* timeline_;
  std::map<Hosts, std::uint32_t> pairs_;
  std::map<Place, std::uint32_t> servers_;
};

// "10.0.0.1:4000 → 10.0.0.2:443"
std::string ends_text(const tcp::ConnectionSummary& c);
// A Wireshark display filter for the packets of the connection, as long as it lived.
std::string filter_text(const tcp::ConnectionSummary& c);

}  // namespace wirecause
