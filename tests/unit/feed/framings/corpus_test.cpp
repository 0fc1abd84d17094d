// The framings on captures made by others (../shared/corpus beside the project; skipped where it is absent): samples of
// exchange protocols in folders named after them, the feeds whose counts FEEDS.md gives, and everything that is no
// feed.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "feed/framing.hpp"
#include "feed/framing_support.hpp"
#include "packet/decode.hpp"
#include "unit/feed/framings/capture_loop.hpp"

namespace wirecause {
namespace {

namespace fs = std::filesystem;

fs::path corpus() { return fs::path(WIRECAUSE_SOURCE_DIR) / ".." / "shared" / "corpus"; }

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(corpus())) GTEST_SKIP() << "no corpus at ../shared/corpus";
  }
};

struct Udp {
  std::string group;   // destination address and port
  std::string stream;  // source and destination
  Datagram datagram;
};

// Calls visit(Udp) for each whole UDP datagram of a file.
template <class Visit>
void for_each_datagram(const fs::path& file, Visit visit) {
  const auto bytes = test::read_file(file);
  test::for_each_packet(bytes, [&](const PacketView& view) {
    Decoded p;
    decode(view, p);
    if (p.outcome != DecodeOutcome::ok || p.transport != Transport::udp || p.is_fragment) return;
    Udp udp;
    udp.group = endpoint_text(p.destination, p.destination_port);
    udp.stream = endpoint_text(p.source, p.source_port) + " " + udp.group;
    udp.datagram = {p.payload,     p.payload_wire_length, view.time,
                    p.source_port, p.destination_port,    p.destination.is_multicast()};
    visit(udp);
  });
}

std::vector<fs::path> files_under(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Which framing the samples of a folder are in; empty: none of ours.
std::string_view framing_of_sample(const std::string& path) {
  struct Row {
    std::string_view part, framing;
  };
  constexpr std::array<Row, 11> kRows{{{"Asx/Ntp.Itch", "moldudp64"},
                                       {"Jnx/JnxEquities.Pts.Itch", "moldudp64"},
                                       {"Nasdaq/", "moldudp64"},
                                       // A MoldUDP64 packet of Nasdaq that its publisher filed under another exchange.
                                       {"Memx/Equities.MemiorDepth.v1.3/StockTradingActionMessage.pcap", "moldudp64"},
                                       {"Iex/", "iex_tp"},
                                       {"Cme/Mdp3", "cme_mdp3"},
                                       {".Pitch.", "cboe_pitch"},
                                       {"Siac/Cqs", "siac_cta"},
                                       {"Siac/Cts", "siac_cta"},
                                       {"Siac/Opra", "opra"},
                                       {"ianmihura", "deribit"}}};
  for (const Row& row : kRows) {
    if (path.find(row.part) != std::string::npos) return row.framing;
  }
  return {};
}

TEST_F(Corpus, EverySampleIsClaimedByItsOwnFramingAndByNoOther) {
  std::map<std::string_view, int> claimed;
  for (const auto& file : files_under(corpus() / "Open-Markets-Initiative+omi-data-packets")) {
    const auto own = framing_of_sample(file.string());
    for_each_datagram(file, [&](const Udp& udp) {
      for (const Framing* framing : all_framings()) {
        const bool claims = framing->recognise(udp.datagram) != Recognition::no;
        EXPECT_EQ(claims, framing->id == own) << framing->id << " on " << file;
        if (!claims) continue;
        ++claimed[framing->id];
        FramingState state;
        Parsed parsed;
        framing->parse(udp.datagram, 0, {}, state, parsed);
        EXPECT_EQ(parsed.outcome, DecodeOutcome::ok) << file;
        EXPECT_EQ(parsed.run_count, 1U) << file;
      }
    });
  }
  for (const std::string_view id : {"moldudp64", "iex_tp", "cme_mdp3", "cboe_pitch", "siac_cta", "opra"}) {
    EXPECT_GT(claimed[id], 2) << id;
  }
}

struct Counts {
  std::uint64_t packets = 0, units = 0, heartbeats = 0, first = 0, next = 0;
  bool operator==(const Counts&) const = default;
};
void PrintTo(const Counts& c, std::ostream* out) {
  *out << c.packets << " packets, " << c.units << " units, " << c.heartbeats << " heartbeats, [" << c.first << ", "
       << c.next << ")";
}
using Streams = std::map<std::string, Counts>;  // "group:port channel"

Streams count_streams(const fs::path& file, const Framing& framing) {
  Streams streams;
  FramingState state;
  Parsed parsed;
  for_each_datagram(file, [&](const Udp& udp) {
    EXPECT_NE(framing.recognise(udp.datagram), Recognition::no);
    framing.parse(udp.datagram, 0, {}, state, parsed);
    EXPECT_EQ(parsed.outcome, DecodeOutcome::ok);
    for (const auto& run : parsed.all()) {
      Counts& c = streams[udp.group + " " + std::to_string(run.channel)];
      if (c.packets++ == 0) c.first = run.first;
      c.units += run.count;
      c.heartbeats += run.kind == RunKind::heartbeat ? 1 : 0;
      c.next = std::max(c.next, run.first + run.count);
    }
  });
  return streams;
}

TEST_F(Corpus, Tops16HasTheCountsOfFeedsMd) {
  const auto found = count_streams(corpus() / "timpalpant+go-iex/testdata/TOPS16.pcapng", *find_framing("iex_tp"));
  EXPECT_EQ(found, (Streams{{"224.67.0.199:16642 1", {13'022, 57'674, 237, 1, 57'675}}}));
}

TEST_F(Corpus, PriceIndexHasTheCountsOfFeedsMd) {
  const auto found =
      count_streams(corpus() / "ianmihura+sbe-multicast/pcaps/price_index.pcapng", *find_framing("deribit"));
  EXPECT_EQ(found, (Streams{{"239.111.111.21:6100 21", {175, 175, 0, 0, 175}},
                            {"239.111.111.0:6100 0", {1'102, 1'102, 0, 0, 1'102}}}));
}

TEST_F(Corpus, ComboLegsHasTheCountsOfFeedsMd) {
  const auto found =
      count_streams(corpus() / "ianmihura+sbe-multicast/pcaps/combo_legs.pcapng", *find_framing("deribit"));
  EXPECT_EQ(found, (Streams{{"239.111.111.1:6101 101", {4, 4, 0, 5, 15}},
                            {"239.111.111.4:6101 104", {4, 4, 0, 5, 15}},
                            {"239.111.111.7:6101 107", {4, 4, 0, 5, 15}},
                            {"239.111.111.3:6101 103", {4, 4, 0, 5, 15}},
                            {"239.111.111.2:6101 102", {28, 28, 0, 5, 39}},
                            {"239.111.111.14:6101 114", {1, 1, 0, 11, 12}}}));
}

// Packets of a stream, in-band channel and session that a framing claims and whose numbers adjoin the one before.
class Rows {
 public:
  // The longest row that `udp` makes; a certain claim is as good as any row.
  int longest(const Framing& framing, const Udp& udp) {
    const auto claim = framing.recognise(udp.datagram);
    if (claim == Recognition::no) return 0;
    if (claim == Recognition::certain) return kDecided;
    FramingState state;
    framing.parse(udp.datagram, 0, {}, state, parsed_);
    int longest = 0;
    for (const auto& run : parsed_.all()) {
      Row& row = rows_[{&framing, udp.stream, run.channel, run.session}];
      row.length = row.length != 0 && row.next == run.first ? row.length + 1 : 1;
      row.next = number_after(framing.numbers, run.first, run.count);
      longest = std::max(longest, row.length);
    }
    return longest;
  }
  static constexpr int kDecided = 3;

 private:
  struct Row {
    std::uint64_t next = 0;
    int length = 0;
  };
  std::map<std::tuple<const Framing*, std::string, std::uint32_t, std::uint64_t>, Row> rows_;
  Parsed parsed_;
};

TEST_F(Corpus, NothingElseMakesThreeConsistentPackets) {
  std::set<std::string> decided;
  for (const auto& file : files_under(corpus())) {
    if (file.string().find("Open-Markets-Initiative") != std::string::npos) continue;
    Rows rows;
    for_each_datagram(file, [&](const Udp& udp) {
      for (const Framing* framing : all_framings()) {
        if (rows.longest(*framing, udp) < Rows::kDecided) continue;
        decided.insert(std::string(framing->id) + " " + file.filename().string());
      }
    });
  }
  // The feeds, and four calls whose media tshark 4.0.17 (--enable-heuristic rtp_udp) reads as RTP too.
  EXPECT_EQ(decided, (std::set<std::string>{"deribit combo_legs.pcapng", "deribit price_index.pcapng",
                                            "iex_tp TOPS16.pcapng", "rtp geforcenow.pcapng", "rtp line.pcap",
                                            "rtp stun_dtls_rtp.pcapng", "rtp stun_google_meet.pcapng"}));
}

}  // namespace
}  // namespace wirecause
