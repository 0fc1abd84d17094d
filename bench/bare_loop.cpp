// The yardstick of `dev bench`: the least that counts gaps of a two-line MoldUDP64 capture on one core.
//
// One nanosecond pcap (little endian, Ethernet with or without one VLAN tag, IPv4, UDP), mapped; per stream
// the next sequence number; per feed (session) a bitmap of what any line has brought. The headers are walked as they must
// be: type, header length, protocol and whether everything is there, and packets that are anything else are passed over.
// No configuration, no other formats, no further checks, no output but the counts. It shares nothing with the program.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

template <class T>
T load(const unsigned char* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

struct Stream {
  std::uint64_t key = 0;
  std::uint64_t next = 0;
  std::uint32_t feed = 0;
};

struct Feed {
  std::uint64_t session = 0;
  std::uint64_t base = 0;
  std::uint64_t highest = 0;
  std::uint64_t delivered = 0;
  std::vector<std::uint64_t> bits;
};

struct Counts {
  std::uint64_t packets = 0;
  std::uint64_t gaps = 0;
  std::uint64_t missing = 0;
  std::uint64_t behind = 0;
};

constexpr std::size_t kSlots = 1'024;
constexpr std::size_t kSmallest = 18 + 20;  // what is read before any length is known

class BareLoop {
 public:
  void packet(const unsigned char* p, std::size_t length) {
    if (length < kSmallest) return;
    std::size_t ip = 14;
    std::uint16_t type = load<std::uint16_t>(p + 12);
    if (type == 0x0081) {  // 802.1Q, as stored
      ip = 18;
      type = load<std::uint16_t>(p + 16);
    }
    if (type != 0x0008 || (p[ip] >> 4U) != 4 || p[ip + 9] != 17) return;  // IPv4, UDP
    const std::size_t ip_header = (p[ip] & 15U) * std::size_t{4};
    if (length < ip + ip_header + 28) return;
    const unsigned char* udp = p + ip + ip_header;
    const unsigned char* mold = udp + 8;
    const std::uint64_t key = (std::uint64_t{load<std::uint32_t>(p + ip + 16)} << 16U) | load<std::uint16_t>(udp + 2);
    Stream& stream = find(key, load<std::uint64_t>(mold + 2));  // the last 8 of 10 bytes of session tell feeds apart
    const std::uint64_t first = __builtin_bswap64(load<std::uint64_t>(mold + 10));
    std::uint64_t count = __builtin_bswap16(load<std::uint16_t>(mold + 18));
    if (count == 0xffff) count = 0;
    ++counts.packets;
    if (first != stream.next) {
      if (first > stream.next && stream.next != 0) {
        ++counts.gaps;
        counts.missing += first - stream.next;
      } else if (first < stream.next) {
        ++counts.behind;
      }
    }
    if (first + count > stream.next) stream.next = first + count;
    mark(feeds[stream.feed], first, count);
  }

  Counts counts;
  std::vector<Feed> feeds;

 private:
  Stream& find(std::uint64_t key, std::uint64_t session) {
    std::size_t at = (key * 0x9e3779b97f4a7c15ULL) >> 54U;
    while (streams_[at].key != key) {
      if (streams_[at].key == 0) {
        streams_[at].key = key;
        streams_[at].feed = feed_of(session);
        break;
      }
      at = (at + 1) % kSlots;
    }
    return streams_[at];
  }
  std::uint32_t feed_of(std::uint64_t session) {
    for (std::uint32_t i = 0; i < feeds.size(); ++i) {
      if (feeds[i].session == session) return i;
    }
    feeds.emplace_back().session = session;
    return static_cast<std::uint32_t>(feeds.size() - 1);
  }
  static void mark(Feed& feed, std::uint64_t first, std::uint64_t count) {
    if (feed.base == 0) feed.base = first;
    if (first < feed.base) return;
    const std::uint64_t end = first - feed.base + count;
    if (end / 64 >= feed.bits.size()) feed.bits.resize(end / 32 + 1'024);
    if (end > feed.highest) feed.highest = end;
    for (std::uint64_t i = first - feed.base; i < end; ++i) {
      std::uint64_t& word = feed.bits[i / 64];
      const std::uint64_t bit = std::uint64_t{1} << (i % 64);
      feed.delivered += (word & bit) == 0;
      word |= bit;
    }
  }

  std::array<Stream, kSlots> streams_{};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bare_loop FILE.pcap\n");
    return 2;
  }
  const int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (fd < 0 || fstat(fd, &facts) != 0 || facts.st_size < 24) {
    std::fprintf(stderr, "bare_loop: cannot read %s\n", argv[1]);
    return 2;
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED) return 2;
  madvise(mapped, size, MADV_SEQUENTIAL);
  const auto* bytes = static_cast<const unsigned char*>(mapped);
  if (load<std::uint32_t>(bytes) != 0xa1b23c4d) {
    std::fprintf(stderr, "bare_loop: %s is no little-endian nanosecond pcap\n", argv[1]);
    return 2;
  }
  static BareLoop loop;
  for (std::size_t at = 24; at + 16 <= size;) {
    const std::uint32_t length = load<std::uint32_t>(bytes + at + 8);
    if (at + 16 + length > size) break;
    loop.packet(bytes + at + 16, length);
    at += 16 + std::size_t{length};
  }
  std::uint64_t lost = 0;
  for (const Feed& feed : loop.feeds) lost += feed.highest - feed.delivered;
  std::printf("packets %lu gaps %lu missing %lu behind %lu lost on all lines %lu\n", loop.counts.packets,
              loop.counts.gaps, loop.counts.missing, loop.counts.behind, lost);
  return 0;
}
