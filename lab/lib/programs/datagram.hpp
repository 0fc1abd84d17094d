// The datagrams that the test publisher sends, written down from the exchanges' specifications. Shares nothing with
// src/feed or src/generate: a mistake made in both would cancel out.
//
//   mold   MoldUDP64 1.00, big-endian: session 10 | number 8 | count 2 | count x { length 2 | message }
//   pitch  Cboe Sequenced Unit Header, little-endian: length 2 | count 1 | unit 1 | number 4 | messages (Add Order 0x22, 26)
//   cme    MDP 3.0, little-endian: number 4 | sending time 8 | one message of 56 bytes (template 46, one entry)
//   iex    IEX-TP 1.26, little-endian: version 1 | 0 | protocol 2 | channel 4 | session 4 | body 2 | count 2 | stream offset 8 |
//          number 8 | sending time 8 | count x { length 2 | message }
//   cta    SIAC CTA block, big-endian: version 1 | size 2 | feed 1 | 'O' | number 4 | count 1 | seconds 4 | nanoseconds 4 |
//          checksum 2 | count x { length 2, itself included | category | type | message }
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab {

enum class Framing : std::uint8_t { mold, pitch, cme, iex, cta };

Framing framing_of(const std::string& name);

// Numbers that one datagram with `messages` messages takes: CME numbers packets.
std::uint32_t numbers_in(Framing framing, std::uint32_t messages);

// `size` is the length of one message where the framing leaves it open (mold, iex, cta).
std::vector<std::uint8_t> data_datagram(Framing framing, std::uint64_t number, std::uint32_t messages,
                                        std::uint32_t size, std::int64_t now_ns);

// The session that a restarted publisher has, counted from 1: the last digits of MoldUDP64's, the low half of IEX-TP's. Of the
// other framings the numbers alone begin again.
void set_session(Framing framing, std::vector<std::uint8_t>& datagram, std::uint32_t session);

// Says that `next` comes next and takes no number; empty where the framing has no such thing (cme).
std::vector<std::uint8_t> heartbeat_datagram(Framing framing, std::uint64_t next, std::uint32_t size,
                                             std::int64_t now_ns);

}  // namespace lab
