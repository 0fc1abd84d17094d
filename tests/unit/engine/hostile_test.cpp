// Damaged captures: cut at every 37th byte (which meets every field sooner or later), and with bytes overwritten.
// Nothing crashes (the sanitizers watch), and the sums meet of whatever could be read.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

using generate::CaptureFormat;
using generate::Fault;
using test::analyse;
using test::feed_of;
using test::make;
using test::with;

// A feed small enough to be cut often, large enough to be recognised and paired.
std::vector<std::byte> small_capture(std::string_view framing, CaptureFormat format) {
  generate::CapturePlan capture;
  capture.format = format;
  return make(feed_of(40, framing), capture).bytes;
}

TEST(Hostile, ACaptureCutAnywhereIsReadAsFarAsItGoes) {
  for (const CaptureFormat format : {CaptureFormat::pcapng, CaptureFormat::pcap_ns}) {
    const std::vector<std::byte> bytes = small_capture("moldudp64", format);
    std::uint64_t packets_before = 0;
    for (std::size_t length = 0; length < bytes.size(); length += 37) {
      const AnalysisResult result = analyse(Bytes(bytes).first(length));
      test::expect_sums_meet(result);
      const std::uint64_t packets = result.inputs.empty() ? 0 : result.inputs[0].packets;
      EXPECT_GE(packets, packets_before) << "cut at " << length;
      packets_before = packets;
    }
    EXPECT_GT(packets_before, 70U);
  }
}

TEST(Hostile, OverwrittenBytesDoNoHarmWhateverTheFraming) {
  std::mt19937_64 random(7);
  for (const FramingWriter* framing : all_framing_writers()) {
    const std::vector<std::byte> bytes = small_capture(framing->id, CaptureFormat::pcap_ns);
    for (int attempt = 0; attempt < 10; ++attempt) {
      std::vector<std::byte> damaged = bytes;
      const std::uint64_t flips = 1 + random() % 30;
      for (std::uint64_t i = 0; i < flips; ++i)
        damaged[random() % damaged.size()] = static_cast<std::byte>(random() & 0xff);
      test::expect_sums_meet(analyse(damaged));
    }
  }
}

TEST(Hostile, NumbersOverwrittenInEveryPacketOpenNoMoreThanTheyMay) {
  std::mt19937_64 random(11);
  std::vector<std::byte> bytes = make(feed_of(500)).bytes;
  for (std::size_t at = 400; at < bytes.size(); at += 97) bytes[at] = static_cast<std::byte>(random() & 0xff);
  for (const std::uint32_t threads : {1U, 3U}) {
    AnalysisOptions options;
    options.threads = threads;
    test::expect_sums_meet(analyse(bytes, options));
  }
}

TEST(Hostile, NoiseIsNoCapture) {
  std::mt19937_64 random(13);
  for (int attempt = 0; attempt < 200; ++attempt) {
    std::vector<std::byte> noise(random() % 300);
    std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::byte>(random() & 0xff); });
    EXPECT_TRUE(analyse(noise).feeds.empty());
  }
}

}  // namespace
}  // namespace wirecause
