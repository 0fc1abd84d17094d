// Makes the capture of connections that bench/tcp measures on: `tcp_capture FILE PACKETS CONNECTIONS [SEED]`.
//
// What passes a point between clients and servers: handshake, requests and answers, bulk transfers with a window that grows
// and is halved, small messages; of the data one packet in a thousand is lost (before or behind that point), one in ten
// thousand overtaken; duplicate and selective acknowledgements, fast retransmissions and timeouts follow as RFC 5681 and
// RFC 6298 have them; FIN or, of one connection in fifty, a reset. Ethernet, IPv4, time stamps, right checksums, nanosecond
// pcap. The same arguments give the same bytes. It shares nothing with the program.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <queue>
#include <utility>
#include <vector>

namespace {

constexpr std::uint32_t kSegment = 1'448;  // 1 500 without IP, TCP and time stamps
constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
enum Flags : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

class Random {  // xorshift64*, Vigna 2016
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return state_ * 0x2545f4914f6cdd1dU;
  }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>((next() >> 33U) % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

 private:
  std::uint64_t state_;
};

struct Packet {
  std::int64_t time = 0;
  bool from_client = false;
  std::uint8_t flags = kAck;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint32_t length = 0;
  std::uint32_t sack_begin = 0;  // of a block, where it is below sack_end
  std::uint32_t sack_end = 0;
};

// Makes the packets of one connection, an episode at a time.
class Connection {
 public:
  Connection(std::uint32_t number, std::uint64_t packets, std::int64_t start, std::uint64_t seed)
      : number_(number), left_(packets), now_(start), random_(seed) {
    to_client_ = random_.between(20, 4'000) * kMicrosecond;  // there and back
    to_server_ = random_.between(10, 400) * kMicrosecond;
    const std::int64_t draw = random_.between(1, 100);
    kind_ = draw <= 6 ? Kind::bulk : draw <= 60 ? Kind::requests : Kind::messages;
    client_ = static_cast<std::uint32_t>(random_.next());
    server_ = static_cast<std::uint32_t>(random_.next());
    handshake();
  }

  std::uint32_t number() const { return number_; }
  bool empty() const { return at_ == packets_.size(); }
  const Packet& front() const { return packets_[at_]; }
  void pop() {
    if (++at_ == packets_.size()) episode();
  }

 private:
  enum class Kind : std::uint8_t { bulk, requests, messages };

  void put(std::int64_t time, bool from_client, std::uint8_t flags, std::uint32_t length) {
    std::uint32_t& own = from_client ? client_ : server_;
    const std::uint32_t ack = (flags & kAck) == 0 ? 0 : from_client ? server_ : client_;
    packets_.push_back({time, from_client, flags, own, ack, length});
    own += length + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  }

  void handshake() {
    put(now_, true, kSyn, 0);
    put(now_ += to_server_, false, kSyn | kAck, 0);
    put(now_ += to_client_, true, kAck, 0);
    left_ -= std::min<std::uint64_t>(left_, 3);
  }

  void episode() {
    packets_.clear();
    at_ = 0;
    if (is_over_) return;
    if (left_ < 4) return end();
    if (kind_ == Kind::bulk) {
      flight(window_);
      now_ += random_.between(0, 40) * kMillisecond;
    } else if (kind_ == Kind::requests) {
      put(now_, true, kAck | kPsh, static_cast<std::uint32_t>(random_.between(80, 600)));
      now_ += to_server_ + random_.between(30, 20'000) * kMicrosecond;
      flight(static_cast<std::uint32_t>(random_.between(1, 2)));
      now_ += random_.between(1, 50) * kMillisecond;
    } else {
      message();
    }
    std::stable_sort(packets_.begin(), packets_.end(),
                     [](const Packet& a, const Packet& b) { return a.time < b.time; });
    left_ -= std::min<std::uint64_t>(left_, packets_.size());
    if (packets_.empty()) end();
  }

  // One small message either way, acknowledged.
  void message() {
    const bool from_client = random_.one_in(2);
    put(now_, from_client, kAck | kPsh, static_cast<std::uint32_t>(random_.between(40, 200)));
    put(now_ += from_client ? to_server_ : to_client_, !from_client, kAck, 0);
    now_ += random_.between(100, 30'000) * kMicrosecond;
  }

  // `count` segments of the server, and what comes back until all of them are acknowledged.
  void flight(std::uint32_t count) {
    const std::uint32_t first = server_;
    const std::uint32_t last_length =
        kind_ == Kind::bulk ? kSegment : static_cast<std::uint32_t>(random_.between(60, 900));
    std::uint32_t lost = count;  // which one
    bool is_seen = false;        // behind this point
    for (std::uint32_t i = 0; i < count && lost == count; ++i) {
      if (random_.one_in(1'000)) {
        lost = i;
        is_seen = random_.one_in(2);
      }
    }
    // The one behind it overtakes it.
    const std::uint32_t overtaken = lost == count && count > 1 && random_.one_in(1'000) ? count - 2 : count;
    std::uint32_t received = first;
    std::uint32_t duplicates = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::int64_t time = now_ + i * 1'200;
      const std::uint32_t length = i + 1 == count ? last_length : kSegment;
      const std::uint32_t begin = server_;
      put(i == overtaken ? time + 1'800 : time, false, i + 1 == count ? kAck | kPsh : kAck, length);
      if (i == overtaken) continue;
      if (i == overtaken + 1) {
        acknowledge(time + to_client_, received, begin, server_);
        acknowledge(time + to_client_ + 600, server_, 0, 0);
      } else if (i == lost) {
        if (!is_seen) packets_.pop_back();
      } else if (begin == received) {
        received = server_;
        if (i % 2 == 1 || i + 1 == count) acknowledge(time + to_client_, received, 0, 0);
      } else {
        ++duplicates;
        acknowledge(time + to_client_, received, first + (lost + 1) * kSegment, server_);
      }
    }
    const std::int64_t end = now_ + count * 1'200 + to_client_;
    now_ = end + to_server_;
    if (lost < count) {
      const std::int64_t heard = now_ - count * 1'200 + (lost + 3) * 1'200;
      repeat(first + lost * kSegment, lost + 1 == count ? last_length : kSegment,
             duplicates >= 3 ? heard : end + 200 * kMillisecond + to_client_ + to_server_);
      window_ = std::max<std::uint32_t>(window_ / 2, 2);
    } else {
      window_ = std::min<std::uint32_t>(window_ + 1, 40);
    }
  }

  void acknowledge(std::int64_t time, std::uint32_t ack, std::uint32_t begin, std::uint32_t end) {
    packets_.push_back({time, true, kAck, client_, ack, 0, begin, end});
  }

  void repeat(std::uint32_t begin, std::uint32_t length, std::int64_t time) {
    packets_.push_back({time, false, kAck, begin, client_, length});
    acknowledge(time + to_client_, server_, 0, 0);
    now_ = time + to_client_ + to_server_;
  }

  void end() {
    is_over_ = true;
    if (number_ % 50 == 0) return put(now_, true, kRst | kAck, 0);
    put(now_, true, kFin | kAck, 0);
    put(now_ + to_server_, false, kFin | kAck, 0);
    put(now_ + to_server_ + to_client_, true, kAck, 0);
  }

  std::uint32_t number_;
  std::uint64_t left_;
  std::int64_t now_;
  Random random_;
  std::int64_t to_client_ = 0;
  std::int64_t to_server_ = 0;
  Kind kind_ = Kind::messages;
  std::uint32_t client_ = 0;  // next numbers
  std::uint32_t server_ = 0;
  std::uint32_t window_ = 10;
  bool is_over_ = false;
  std::vector<Packet> packets_;  // of this episode, by time
  std::size_t at_ = 0;
};

// Ethernet 14 | IPv4 20 | TCP 20 | options 12 or 24 | payload, behind a record header of 16.
class Writer {
 public:
  explicit Writer(std::FILE* file) : file_(file) {
    const std::array<std::uint32_t, 6> header{0xa1b23c4d, 0x00040002, 0, 0, 65'535, 1};
    std::fwrite(header.data(), 4, header.size(), file_);
    for (std::size_t i = 0; i < payload_.size(); ++i) payload_[i] = static_cast<std::uint8_t>(i * 131 + (i >> 3U));
  }

  void write(std::uint32_t connection, const Packet& p) {
    const bool has_sack = p.sack_begin != p.sack_end;
    const bool is_syn = (p.flags & kSyn) != 0;
    const std::uint32_t options = is_syn ? 20 : has_sack ? 24 : 12;
    const std::uint32_t tcp = 20 + options;
    const std::uint32_t frame = 14 + 20 + tcp + p.length;
    std::uint8_t* at = buffer_.data();
    const std::array<std::uint32_t, 4> record{static_cast<std::uint32_t>(p.time / kSecond),
                                              static_cast<std::uint32_t>(p.time % kSecond), frame, frame};
    std::memcpy(at, record.data(), 16);
    at += 16;
    const std::array<std::uint8_t, 14> ethernet{
        2, 0, 0, 0, 0, std::uint8_t(p.from_client ? 2 : 1), 2, 0, 0, 0, 0, std::uint8_t(p.from_client ? 1 : 2), 8, 0};
    std::memcpy(at, ethernet.data(), 14);
    std::uint8_t* const ip = at + 14;
    std::uint8_t* const segment = ip + 20;
    std::memset(ip, 0, 20 + tcp);
    const std::uint32_t client = 0x0a000000U + 2 + connection / 50'000;
    const std::uint32_t server = 0x0a800001U + connection % 64;
    const auto client_port = static_cast<std::uint16_t>(10'000 + connection % 50'000);
    const std::uint16_t server_port = 29'900;
    be16(ip, 0x4500);
    be16(ip + 2, static_cast<std::uint16_t>(20 + tcp + p.length));
    be16(ip + 4, ++ids_[p.from_client ? 0 : 1]);
    be16(ip + 6, 0x4000);
    ip[8] = p.from_client ? 61 : 64;
    ip[9] = 6;
    be32(ip + 12, p.from_client ? client : server);
    be32(ip + 16, p.from_client ? server : client);
    be16(ip + 10, folded(sum(ip, 20)));
    be16(segment, p.from_client ? client_port : server_port);
    be16(segment + 2, p.from_client ? server_port : client_port);
    be32(segment + 4, p.seq);
    be32(segment + 8, p.ack);
    segment[12] = static_cast<std::uint8_t>(tcp / 4 << 4U);
    segment[13] = p.flags;
    be16(segment + 14, is_syn ? 64'240 : 501);
    write_options(segment + 20, p, is_syn, has_sack);
    std::memcpy(segment + tcp, payload_.data(), p.length);
    std::uint64_t all = sum(ip + 12, 8) + 6 + tcp + p.length + sum(segment, tcp + p.length);
    be16(segment + 16, folded(all));
    std::fwrite(buffer_.data(), 1, 16 + frame, file_);
  }

 private:
  static void be16(std::uint8_t* p, std::uint16_t v) {
    p[0] = static_cast<std::uint8_t>(v >> 8U);
    p[1] = static_cast<std::uint8_t>(v);
  }
  static void be32(std::uint8_t* p, std::uint32_t v) {
    be16(p, static_cast<std::uint16_t>(v >> 16U));
    be16(p + 2, static_cast<std::uint16_t>(v));
  }
  // MSS, SACK permitted, time stamps, window scale 7 on a SYN; else time stamps and perhaps one block.
  static void write_options(std::uint8_t* at, const Packet& p, bool is_syn, bool has_sack) {
    const auto stamp = static_cast<std::uint32_t>(p.time / kMillisecond);
    if (is_syn) {
      be32(at, 0x02040000U + 1'460);
      be32(at + 4, 0x0402080aU);
      be32(at + 8, stamp);
      be32(at + 16, 0x01030307U);
      return;
    }
    be32(at, 0x0101080aU);
    be32(at + 4, stamp);
    be32(at + 8, stamp);
    if (!has_sack) return;
    be32(at + 12, 0x0101050aU);
    be32(at + 16, p.sack_begin);
    be32(at + 20, p.sack_end);
  }
  // Of 16-bit words, as they stand on the wire.
  static std::uint64_t sum(const std::uint8_t* p, std::size_t size) {
    std::uint64_t total = 0;
    for (; size >= 4; size -= 4, p += 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, p, 4);
      total += __builtin_bswap32(word);
    }
    if (size >= 2) {
      total += static_cast<std::uint64_t>(p[0]) << 8U | p[1];
      size -= 2;
      p += 2;
    }
    return size == 1 ? total + (static_cast<std::uint64_t>(p[0]) << 8U) : total;
  }
  static std::uint16_t folded(std::uint64_t total) {
    while (total >> 16U != 0) total = (total & 0xffffU) + (total >> 16U);
    return static_cast<std::uint16_t>(~total);
  }

  std::FILE* file_;
  std::array<std::uint8_t, 2'048> buffer_{};
  std::array<std::uint8_t, kSegment> payload_{};
  std::array<std::uint16_t, 2> ids_{};
};

struct Next {
  std::int64_t time;
  std::uint32_t connection;
  bool operator>(const Next& other) const {
    return std::pair(time, connection) > std::pair(other.time, other.connection);
  }
};

void make(std::FILE* file, std::uint64_t packets, std::uint32_t connections, std::uint64_t seed) {
  const std::int64_t start = 1'770'000'000 * kSecond;
  const std::uint64_t each = std::max<std::uint64_t>(packets / connections, 4);
  // A few thousand begin within a second; a million do so over a time in which their packets would not fit one link.
  const std::int64_t apart = connections <= 10'000 ? kSecond / connections : 20 * kMicrosecond;
  Writer writer(file);
  std::vector<std::unique_ptr<Connection>> open(connections);
  std::priority_queue<Next, std::vector<Next>, std::greater<>> order;
  std::uint32_t begun = 0;
  const auto begin_one = [&] {
    open[begun] = std::make_unique<Connection>(begun, each, start + begun * apart, seed * 1'000'003 + begun);
    order.push({open[begun]->front().time, begun});
    ++begun;
  };
  for (std::uint64_t written = 0; written < packets; ++written) {
    while (begun < connections && (order.empty() || start + begun * apart <= order.top().time)) begin_one();
    if (order.empty()) break;
    const Next next = order.top();
    order.pop();
    Connection& connection = *open[next.connection];
    writer.write(connection.number(), connection.front());
    connection.pop();
    if (connection.empty()) {
      open[next.connection].reset();
    } else {
      order.push({connection.front().time, next.connection});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: tcp_capture FILE PACKETS CONNECTIONS [SEED]\n", stderr);
    return 2;
  }
  std::FILE* const file = std::fopen(argv[1], "wb");
  if (file == nullptr) {
    std::perror(argv[1]);
    return 2;
  }
  make(file, std::strtoull(argv[2], nullptr, 10), static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10)),
       argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1);
  return std::fclose(file) == 0 ? 0 : 2;
}
