// The packet path allocates nothing in steady state (ARCHITECTURE.md, "Flow"): a program of its own, because it counts
// every operator new.
//
// analyze reports progress once per some 32 000 packets, on the thread that reads; with one tracker that is the only
// thread. What is counted between two reports after the first is what steady state allocates.
// SPDX-License-Identifier: Apache-2.0
#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 sees free() of what its own idea of operator new returned: both are replaced below, and belong together.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "allocation/allocations.hpp"
#include "support/made_analysis.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> held{0};

void give_back(void* p) {
  held.fetch_sub(malloc_usable_size(p), std::memory_order_relaxed);
  std::free(p);
}
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const made = std::malloc(size == 0 ? 1 : size);
  held.fetch_add(malloc_usable_size(made), std::memory_order_relaxed);
  return made;
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* made = operator new(size, std::nothrow)) return made;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new[](std::size_t size) { return operator new(size); }
[[gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}
// Of types that begin at a cache line.
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto multiple = static_cast<std::size_t>(alignment);
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const made = std::aligned_alloc(multiple, (size + multiple - 1) / multiple * multiple);
  if (made == nullptr) throw std::bad_alloc();
  held.fetch_add(malloc_usable_size(made), std::memory_order_relaxed);
  return made;
}
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete(void* p) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete(void* p, const std::nothrow_t&) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { give_back(p); }
[[gnu::noinline]] void operator delete[](void* p, const std::nothrow_t&) noexcept { give_back(p); }

namespace wirecause::test {

std::uint64_t allocations_so_far() { return allocations.load(std::memory_order_relaxed); }
std::uint64_t bytes_held() { return held.load(std::memory_order_relaxed); }

}  // namespace wirecause::test

namespace wirecause {
namespace {

struct Reading {
  std::uint64_t packets = 0;
  std::uint64_t allocated = 0;
};

// Readings of the counter at each report of progress.
std::vector<Reading> readings_over(std::string_view framing) {
  const generate::Made made = test::make(test::feed_of(60'000, framing), [] {
    generate::CapturePlan capture;
    capture.wants_truth = false;
    return capture;
  }());
  std::vector<std::unique_ptr<CaptureSource>> sources;
  sources.push_back(std::move(*open_capture_bytes(made.bytes, "made", 0)));
  std::vector<Reading> readings;
  readings.reserve(64);
  const AnalysisResult result = analyze_sources(std::move(sources), {}, [&](const RunProgress& progress) {
    readings.push_back({progress.packets, allocations.load(std::memory_order_relaxed)});
  });
  EXPECT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds.at(0).lines.size(), 2U);
  return readings;
}

class PacketPath : public testing::TestWithParam<const char*> {};

TEST_P(PacketPath, TenThousandPacketsInOrderOfAPairedFeedAllocateNothing) {
  const std::vector<Reading> readings = readings_over(GetParam());
  ASSERT_GE(readings.size(), 3U);
  const Reading& warm = readings[readings.size() / 4];
  const Reading& last = readings.back();
  EXPECT_GE(last.packets - warm.packets, 10'000U);
  EXPECT_EQ(last.allocated - warm.allocated, 0U) << "from packet " << warm.packets << " to " << last.packets;
}

INSTANTIATE_TEST_SUITE_P(Framings, PacketPath, testing::Values("moldudp64", "cboe_pitch", "cme_mdp3", "rtp"),
                         [](const auto& framing) { return std::string(framing.param); });

}  // namespace
}  // namespace wirecause
