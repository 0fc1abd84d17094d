// Cost of a record from bytes in memory to a PacketView, without the file system: items per second are packets.
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "base/check.hpp"
#include "capture/merge.hpp"
#include "capture/source.hpp"

namespace {

using namespace wirecause;

constexpr std::uint32_t kPackets = 100'000;
constexpr std::size_t kBatch = 256;

void append(std::vector<std::byte>& file, std::initializer_list<std::uint32_t> words, std::size_t zeros) {
  for (const std::uint32_t word : words) {
    const std::size_t at = file.size();
    file.resize(at + sizeof word);
    std::memcpy(file.data() + at, &word, sizeof word);
  }
  file.resize(file.size() + zeros);
}

// 80 to 180 bytes a packet, as in a market-data feed.
std::uint32_t size_of(std::uint32_t packet) { return 80 + packet * 2'654'435'761U % 26 * 4; }

std::vector<std::byte> pcap() {
  std::vector<std::byte> file;
  append(file, {0xa1b23c4d, 0x0004'0002, 0, 0, 262'144, 1}, 0);
  for (std::uint32_t i = 0; i < kPackets; ++i)
    append(file, {1'700'000'000, i * 100, size_of(i), size_of(i)}, size_of(i));
  return file;
}

std::vector<std::byte> pcapng() {
  std::vector<std::byte> file;
  append(file, {0x0a0d0d0a, 28, 0x1a2b3c4d, 1, ~0U, ~0U, 28}, 0);
  append(file, {1, 20, 1, 0, 20}, 0);
  for (std::uint32_t i = 0; i < kPackets; ++i) {
    append(file, {6, 32 + size_of(i), 0, 0, i, size_of(i), size_of(i)}, size_of(i));
    append(file, {32 + size_of(i)}, 0);
  }
  return file;
}

std::unique_ptr<CaptureSource> opened(const std::vector<std::byte>& file, std::uint32_t input) {
  auto source = open_capture_bytes(file, "bench", input);
  WC_CHECK(source.has_value(), "the benchmark's own file is a capture");
  return std::move(*source);
}

template <class Source>
std::int64_t read_all(Source& source) {
  std::vector<PacketView> views(kBatch);
  std::int64_t packets = 0;
  while (const std::size_t got = source.next_batch(views)) {
    benchmark::DoNotOptimize(views.data());
    benchmark::ClobberMemory();
    packets += static_cast<std::int64_t>(got);
  }
  return packets;
}

void read_pcap(benchmark::State& state) {
  const auto file = pcap();
  for (auto _ : state) state.SetItemsProcessed(state.items_processed() + read_all(*opened(file, 0)));
}
BENCHMARK(read_pcap);

void read_pcapng(benchmark::State& state) {
  const auto file = pcapng();
  for (auto _ : state) state.SetItemsProcessed(state.items_processed() + read_all(*opened(file, 0)));
}
BENCHMARK(read_pcapng);

// The same stamps in both files: every packet changes the input, the worst case of a merge.
void merge_two_pcaps(benchmark::State& state) {
  const auto file = pcap();
  for (auto _ : state) {
    std::vector<std::unique_ptr<CaptureSource>> sources;
    sources.push_back(opened(file, 0));
    sources.push_back(opened(file, 1));
    MergedCapture merged(std::move(sources));
    state.SetItemsProcessed(state.items_processed() + read_all(merged));
  }
}
BENCHMARK(merge_two_pcaps);

}  // namespace
