// Collectors at their paces, over recorded texts: what is due is read, what cannot be read is told once.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/sampler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using wirecause::testing::HostFiles;

constexpr TimeNs kStart{1'767'623'400'000'000'000};
constexpr std::int64_t kBoot = 5'000'000'000'000;  // CLOCK_MONOTONIC
constexpr std::int64_t kMillisecond = 1'000'000;

std::string snmp(int rcvbuf_errors) {
  return "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors\n"
         "Udp: 32 9 2002 33 " +
         std::to_string(rcvbuf_errors) + " 0 2 14 1\n";
}

class SamplerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    files.file("/proc/net/snmp", snmp(7)).file("/proc/sys/net/core/rmem_max", "212992\n");
    sampler.emplace(files.context, book);
  }
  // Milliseconds since the start, on both clocks.
  void sample(std::int64_t ms) { sampler->sample(kStart + milliseconds(ms), kBoot + ms * kMillisecond); }
  std::optional<std::int64_t> rcvbuf_errors() const {
    const auto last = book.history().last("Udp.RcvbufErrors", kHost);
    return last ? std::optional(last->value) : std::nullopt;
  }
  std::int64_t rmem_max() const {
    const Record* state = book.state("net.core.rmem_max", kHost);
    return state == nullptr ? -1 : state->value;
  }

  HostFiles files;
  HostBook book;
  std::optional<Sampler> sampler;
};

TEST_F(SamplerTest, ReadsAllOnceAtTheStart) {
  sampler->sample_all(kStart, kBoot);
  EXPECT_EQ(rcvbuf_errors(), 7);
  EXPECT_EQ(rmem_max(), 212'992);
  EXPECT_EQ(book.history().last("Udp.RcvbufErrors", kHost)->time, kStart);
}

// /proc/net/snmp is fast: every 10 ms.
TEST_F(SamplerTest, ReadsACounterWhenItIsDueAndNotBefore) {
  sampler->sample_all(kStart, kBoot);
  files.file("/proc/net/snmp", snmp(8));
  sample(9);
  EXPECT_EQ(rcvbuf_errors(), 7);
  sample(10);
  EXPECT_EQ(rcvbuf_errors(), 8);
  EXPECT_EQ(book.history().increase("Udp.RcvbufErrors", kHost, kStart, kStart + milliseconds(10)), 1);
}

// Settings rarely change: every 10 s.
TEST_F(SamplerTest, ReadsSettingsSlowly) {
  sampler->sample_all(kStart, kBoot);
  files.file("/proc/sys/net/core/rmem_max", "1048576\n");
  sample(9'999);
  EXPECT_EQ(rmem_max(), 212'992);
  sample(10'000);
  EXPECT_EQ(rmem_max(), 1'048'576);
}

TEST_F(SamplerTest, ReadsAllAgainAtTheEndWhetherDueOrNot) {
  sampler->sample_all(kStart, kBoot);
  files.file("/proc/net/snmp", snmp(9)).file("/proc/sys/net/core/rmem_max", "1048576\n");
  sampler->sample_all(kStart + milliseconds(1), kBoot + kMillisecond);
  EXPECT_EQ(rcvbuf_errors(), 9);
  EXPECT_EQ(rmem_max(), 1'048'576);
}

TEST_F(SamplerTest, EveryCollectorIsReadOrAGapWithItsReason) {
  for (const EvidenceGap& gap : sampler->gaps()) {
    EXPECT_THAT(gap.what, HasSubstr("collector "));
    EXPECT_FALSE(gap.reason.empty()) << gap.what;
  }
}

TEST_F(SamplerTest, ASourceThatWasNeverThereIsAGap) {
  HostFiles bare;  // no /proc/net/snmp
  HostBook empty;
  const Sampler blind(bare.context, empty);
  const auto tells = [&](const EvidenceGap& gap) { return gap.what == "collector snmp" && !gap.reason.empty(); };
  EXPECT_EQ(std::count_if(blind.gaps().begin(), blind.gaps().end(), tells), 1);
}

// Its descriptor stays open, but what it says is no table any more.
TEST_F(SamplerTest, ASourceThatFailsIsToldOnceAndAskedAgain) {
  sampler->sample_all(kStart, kBoot);
  const std::size_t before = sampler->gaps().size();
  files.file("/proc/net/snmp", "");
  for (std::int64_t ms = 10; ms <= 50; ms += 10) sample(ms);
  EXPECT_LE(sampler->gaps().size(), before + 1);
  files.file("/proc/net/snmp", snmp(12));
  sample(60);
  EXPECT_EQ(rcvbuf_errors(), 12);
}

}  // namespace
}  // namespace wirecause
