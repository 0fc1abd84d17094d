// Reading allocates nothing per packet once a source is open: the batch after the first is counted by a global operator
// new.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "capture/merge.hpp"
#include "support/capture_reading.hpp"
#include "support/compressed_bytes.hpp"

namespace {

thread_local std::size_t allocations = 0;

void* counted(std::size_t size) {
  allocations += 1;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace wirecause::testing {
namespace {

constexpr unsigned kPackets = 10'000;

ByteVector pcap_of_many_packets() {
  PcapBytes file;
  for (unsigned i = 0; i < kPackets; ++i) file.packet(i, i, pattern(60, i));
  return file.bytes();
}

ByteVector pcapng_of_many_packets() {
  PcapngBytes file;
  file.section().interface();
  for (unsigned i = 0; i < kPackets; ++i) file.enhanced(0, i, pattern(60, i), OptionBytes().u32(2, 1).u64(4, 1).end());
  return file.bytes();
}

std::unique_ptr<CaptureSource> opened(const ByteVector& file, std::uint32_t input = 0) {
  auto source = open_capture_bytes(file, "f", input);
  EXPECT_TRUE(source);
  return std::move(*source);
}

template <class Source>
std::size_t allocations_after_the_first_batch(Source& source) {
  std::vector<PacketView> views(256);
  EXPECT_NE(source.next_batch(views), 0U);
  const std::size_t before = allocations;
  while (source.next_batch(views) != 0) continue;
  return allocations - before;
}

TEST(ReadingWithoutAllocation, HoldsForPcap) {
  const ByteVector file = pcap_of_many_packets();
  EXPECT_EQ(allocations_after_the_first_batch(*opened(file)), 0U);
}

TEST(ReadingWithoutAllocation, HoldsForPcapngWithOptions) {
  const ByteVector file = pcapng_of_many_packets();
  EXPECT_EQ(allocations_after_the_first_batch(*opened(file)), 0U);
}

TEST(ReadingWithoutAllocation, HoldsForCompressedFiles) {
  const ByteVector file = gzipped(pcap_of_many_packets());
  EXPECT_EQ(allocations_after_the_first_batch(*opened(file)), 0U);
}

TEST(ReadingWithoutAllocation, HoldsForMergedFiles) {
  const ByteVector a = pcap_of_many_packets();
  const ByteVector b = pcapng_of_many_packets();
  std::vector<std::unique_ptr<CaptureSource>> sources;
  sources.push_back(opened(a, 0));
  sources.push_back(opened(b, 1));
  MergedCapture merged(std::move(sources));
  EXPECT_EQ(allocations_after_the_first_batch(merged), 0U);
}

}  // namespace
}  // namespace wirecause::testing
