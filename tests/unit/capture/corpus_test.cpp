// Every capture of the shared corpus against its manifest, which was made with tshark 4.0.17: number of packets, first
// and last stamp, readable or not. Skipped where the corpus is absent. Each exception below says who is right, and why.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/capture_reading.hpp"

namespace wirecause::testing {
namespace {

const std::filesystem::path kCorpus = std::filesystem::path(WIRECAUSE_SOURCE_DIR) / ".." / "shared" / "corpus";

struct Row {
  std::string path;
  std::uint64_t packets = 0;
  std::string first;
  std::string last;
  std::string filetype;
  std::string notes;
};

std::vector<Row> manifest() {
  std::ifstream in(kCorpus / "MANIFEST.tsv");
  std::vector<Row> rows;
  std::map<std::string, std::size_t> column;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, '\t');) cells.push_back(cell);
    if (column.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) column[cells[i]] = i;
      continue;
    }
    const auto cell = [&](const char* name) { return column[name] < cells.size() ? cells[column[name]] : ""; };
    rows.push_back({cell("path"), std::stoull("0" + cell("packets")), cell("first_epoch"), cell("last_epoch"),
                    cell("filetype"), cell("notes")});
  }
  return rows;
}

// "1700000001.000000000". Nothing where tshark's own arithmetic (32 bits of nanoseconds) overflowed because a record of
// the fuzzed file claims millions of microseconds: the fraction then has ten digits or the sign is wrong.
std::optional<std::int64_t> nanoseconds_of(const std::string& epoch) {
  constexpr std::size_t kFractionDigits = 9;
  const std::size_t point = epoch.find('.');
  if (point == std::string::npos || epoch.size() - point - 1 != kFractionDigits || epoch.front() == '-')
    return std::nullopt;
  return std::stoll(epoch.substr(0, point)) * 1'000'000'000 + std::stoll(epoch.substr(point + 1));
}

// tshark gives packets without a stamp (simple packet blocks) the time 0.
std::int64_t as_tshark(std::int64_t time) { return time == kNoTime.ns ? 0 : time; }

// tshark refuses the whole file for its link type; the records are sound, and what they hold is the decoder's to say.
bool only_the_link_type_is_unknown_to_tshark(const Row& row) {
  return row.notes.find("unknown or unsupported") != std::string::npos;
}

// A Sniffer file: tshark reads it, we name the command that converts it.
bool is_another_format(const Row& row) { return row.filetype == "ngwsniffer_2_0"; }

// Files on which tshark 4.0.17 is wrong, each looked at by hand.
bool is_misread_by_tshark(const Row& row) {
  static constexpr std::string_view kMisread[] = {
      // Version 2.3, whole with 16-byte record headers; tshark takes it for a Red Hat 6.1 file and finds it cut.
      "clusterfuzz-testcase-minimized-FuzzTarget-5766899836387328",
      // An ordinary file that lacks one byte in its first packet; tshark takes it for a Nokia file and its next stamps
      // are
      // of January 1970. We read one packet and one shifted by a byte, as every reader without that guess.
      "igmplayer",
      // The microseconds of its only packet are 1 159 821 166: tshark multiplies them by 1 000 in 32 bits.
      "atm-oam-loopback-print-overrun.pcap",
  };
  return std::any_of(std::begin(kMisread), std::end(kMisread),
                     [&](std::string_view name) { return row.path.ends_with(name); });
}

class CaptureCorpus : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCorpus / "MANIFEST.tsv")) GTEST_SKIP() << "no corpus at " << kCorpus;
  }
};

TEST_F(CaptureCorpus, PacketsAndStampsAreThoseOfTheManifest) {
  int stamps_compared = 0;
  for (const Row& row : manifest()) {
    SCOPED_TRACE(row.path);
    auto source = open_capture((kCorpus / row.path).string(), 0);
    if (!source) {
      EXPECT_TRUE(row.packets == 0 || is_another_format(row)) << source.error().message();
      continue;
    }
    const auto packets = read_all(**source);
    if (only_the_link_type_is_unknown_to_tshark(row) || is_misread_by_tshark(row)) continue;
    const std::uint64_t last_frame = packets.empty() ? 0 : packets.back().frame;
    EXPECT_EQ(last_frame, row.packets) << (*source)->tail_error().value_or("whole") << " " << row.filetype << row.notes;
    if (packets.empty() || row.first.empty()) continue;
    const auto first = nanoseconds_of(row.first);
    const auto last = nanoseconds_of(row.last);
    if (first) {
      EXPECT_EQ(as_tshark(packets.front().time), *first);
    }
    if (last) {
      EXPECT_EQ(as_tshark(packets.back().time), *last);
    }
    stamps_compared += first && last ? 1 : 0;
  }
  EXPECT_GT(stamps_compared, 1'600);  // of 1 677 files; the exceptions must stay exceptions
}

ByteVector bytes_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return bytes_of(text);
}

constexpr std::size_t kSmallFile = 32 * 1024;  // the whole test stays within seconds under the sanitizers
constexpr std::size_t kCutsPerFile = 8;

TEST_F(CaptureCorpus, AFileThatIsCutGivesAPrefixOfItsPackets) {
  for (const Row& row : manifest()) {
    const ByteVector whole = bytes_of_file(kCorpus / row.path);
    if (whole.size() > kSmallFile) continue;
    const auto all = read_bytes(whole).packets;
    for (std::size_t i = 0; i < kCutsPerFile; ++i) {
      const auto size = static_cast<std::ptrdiff_t>(whole.size() * i / kCutsPerFile);
      const auto some = read_bytes({whole.begin(), whole.begin() + size}).packets;
      ASSERT_LE(some.size(), all.size()) << row.path << " cut at " << size;
      ASSERT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << row.path << " cut at " << size;
    }
  }
}

TEST_F(CaptureCorpus, FlippedBytesNeverCrashTheReader) {
  std::mt19937 random(20'240'602);
  for (const Row& row : manifest()) {
    const ByteVector whole = bytes_of_file(kCorpus / row.path);
    if (whole.size() > kSmallFile || whole.empty()) continue;
    for (int round = 0; round < 8; ++round) {
      ByteVector flipped = whole;
      for (int i = 0; i < 8; ++i) flipped[random() % flipped.size()] ^= static_cast<std::byte>(1U << random() % 8);
      const ReadCapture read = read_bytes(flipped);
      for (const ReadPacket& packet : read.packets) ASSERT_GE(packet.wire_length, packet.bytes.size()) << row.path;
    }
  }
}

}  // namespace
}  // namespace wirecause::testing
