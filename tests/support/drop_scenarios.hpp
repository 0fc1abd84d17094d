// Drops behind the tap in words, for tests of their causes: an episode of one place and one reason at one consumer, and
// what is known of that consumer. What was measured for the episode is EvidenceBuilder::measured().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "support/evidence_builder.hpp"

namespace wirecause::testing {

inline constexpr Subject kHostOfConsumer{SubjectKind::host, 0};
inline constexpr Subject kInterfaceOfConsumer{SubjectKind::interface, 0};

class DropEpisodeBuilder {
 public:
  DropEpisodeBuilder(Checkpoint place, std::string reason, Subject subject = kConsumer)
      : episode_(EpisodeBuilder(Symptom::drop, subject).build()) {
    episode_.frames = {};
    episode_.hole_count = 1;
    DropFacts facts;
    facts.place = place;
    facts.reason = std::move(reason);
    facts.socket_is_known = true;
    episode_.drop = facts;
    EpisodeLine line;
    line.line = kLineA;
    line.name = "A";
    episode_.lines.push_back(line);
  }
  // One unit a datagram.
  DropEpisodeBuilder& lost(std::uint64_t units) { return add(units, episode_.lost, line().missing_common); }
  DropEpisodeBuilder& recovered(std::uint64_t units) { return add(units, episode_.recovered, line().missing_alone); }
  DropEpisodeBuilder& symbol(std::string function) {
    facts().symbol = std::move(function);
    return *this;
  }
  // No number of a dropped datagram could be read.
  DropEpisodeBuilder& by_count(std::string why) {
    facts().by_count = facts().units;
    facts().by_number = 0;
    facts().step_down = std::move(why);
    return *this;
  }
  Episode build() const { return episode_; }

 private:
  DropEpisodeBuilder& add(std::uint64_t units, std::uint64_t& of_episode, std::uint64_t& of_line) {
    of_episode += units;
    of_line += units;
    line().missing += units;
    facts().datagrams += units;
    facts().units += units;
    facts().by_number += units;
    return *this;
  }
  DropFacts& facts() { return *episode_.drop; }
  EpisodeLine& line() { return episode_.lines.front(); }

  Episode episode_;
};

// The facts of the consumer whose drops they are, as a live run states them.
inline EvidenceBuilder consumer_facts() {
  return EvidenceBuilder{}
      .text("line.name", kLineA, "A")
      .text("line.group", kLineA, "239.1.1.1")
      .text("line.port", kLineA, "26477")
      .text("line.source", kLineA, "10.0.0.1")
      .text("feed.name", kFeed, "ITCH-X")
      .value("consumer.owner", kConsumer, 2'435, "feedhandler")
      .value("consumer.fd", kConsumer, 12)
      .value("consumer.local", kConsumer, 26'477, "239.1.1.1:26477")
      .value("consumer.feed", kConsumer, kFeed.id)
      .value("consumer.line", kConsumer, kLineA.id)
      .text("consumer.group", kConsumer, "239.1.1.1")
      .value("consumer.interface", kConsumer, 0, "eth1")
      .text("consumer.kind", kConsumer, "udp_socket")
      .value("reader.command", kConsumer, 2'440, "rx-itch")
      .value("reader.affinity", kConsumer, 2, "0-1")
      .value("reader.cpu", kConsumer, 1);
}

}  // namespace wirecause::testing
