// What it costs to read this host: each collector alone, the set that is read every 10 ms, and that set with what is read
// once a second beside it (decisions, "What it may cost": 100 us each 10 ms). Interfaces: eth0 if it is there, and lo. Figures
// are of this machine: files with a column or line a CPU grow with the CPUs.
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <net/if.h>

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "evidence/sample_history.hpp"
#include "host/collector.hpp"

namespace wirecause {
namespace {

// Keeps samples as the live engine does; records are counted only.
class HistorySink final : public EvidenceSink {
 public:
  void sample(std::string_view name, Subject subject, std::int64_t value) override {
    history_.add(name, subject, now_, value);
    ++samples_;
  }
  void record(Record record) override { benchmark::DoNotOptimize(record); }
  TimeNs tick() {
    now_ = now_ + milliseconds(10);
    samples_ = 0;
    return now_;
  }
  std::size_t samples() const { return samples_; }

 private:
  SampleHistory history_;
  TimeNs now_{1'700'000'000'000'000'000};
  std::size_t samples_ = 0;
};

HostContext this_host() {
  HostContext context;
  for (const char* name : {"eth0", "lo"}) {
    if (const unsigned index = ::if_nametoindex(name); index != 0) context.interfaces.push_back({name, index});
  }
  return context;
}

std::vector<std::unique_ptr<CollectorRun>> opened(bool (*wanted)(const Collector&)) {
  std::vector<std::unique_ptr<CollectorRun>> runs;
  for (const Collector* collector : all_collectors()) {
    if (!wanted(*collector)) continue;
    if (auto run = collector->open(this_host())) runs.push_back(std::move(*run));
  }
  return runs;
}

void measure(benchmark::State& state, std::vector<std::unique_ptr<CollectorRun>> runs) {
  HistorySink sink;
  const std::clock_t begin = std::clock();
  for (auto _ : state) {
    const TimeNs now = sink.tick();
    for (const auto& run : runs) static_cast<void>(run->sample(now, sink));
  }
  const double spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const double each = spent / static_cast<double>(state.iterations());
  state.counters["samples"] = static_cast<double>(sink.samples());
  state.counters["%core_at_10ms"] = each / 0.010 * 100;
  state.counters["%core_at_1s"] = each * 100;
}

void one(benchmark::State& state, const Collector* collector) {
  std::vector<std::unique_ptr<CollectorRun>> runs;
  auto run = collector->open(this_host());
  if (!run) return state.SkipWithError(run.error().message().c_str());
  runs.push_back(std::move(*run));
  measure(state, std::move(runs));
}

const bool kRegistered = [] {
  for (const Collector* collector : all_collectors()) {
    benchmark::RegisterBenchmark(("collector/" + std::string(collector->id)).c_str(), &one, collector);
  }
  benchmark::RegisterBenchmark("collectors/fast_set", [](benchmark::State& state) {
    measure(state, opened([](const Collector& collector) { return collector.pace == Pace::fast; }));
  });
  benchmark::RegisterBenchmark("collectors/fast_and_second_set", [](benchmark::State& state) {
    measure(state, opened([](const Collector& collector) { return collector.pace != Pace::slow; }));
  });
  return true;
}();

}  // namespace
}  // namespace wirecause
