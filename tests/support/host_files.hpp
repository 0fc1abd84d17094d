// A /proc and /sys of recorded texts, and a sink that keeps what a collector published, for tests of collectors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/collector.hpp"

namespace wirecause::testing {

inline constexpr Subject cpu(std::uint32_t id) { return {SubjectKind::cpu, id}; }
inline constexpr Subject interface(std::uint32_t id) { return {SubjectKind::interface, id}; }

// What was published: the last value of each sample, and every record in order.
class RecordedSink final : public EvidenceSink {
 public:
  void sample(std::string_view name, Subject subject, std::int64_t value) override { samples[{name, subject}] = value; }
  void record(Record record) override { records.push_back(std::move(record)); }

  // The value of a sample, or of the last record of that name; nothing: it was not published.
  std::optional<std::int64_t> value(std::string_view name, Subject subject = kHost) const {
    if (const auto found = samples.find({name, subject}); found != samples.end()) return found->second;
    const Record* last = find(name, subject);
    return last == nullptr ? std::nullopt : std::optional(last->value);
  }
  std::string text(std::string_view name, Subject subject = kHost) const {
    const Record* last = find(name, subject);
    return last == nullptr ? "not published" : last->text;
  }
  const Record* find(std::string_view name, Subject subject = kHost) const {
    const Record* last = nullptr;
    for (const Record& record : records) {
      if (record.name == name && record.subject == subject) last = &record;
    }
    return last;
  }

  std::map<std::pair<std::string_view, Subject>, std::int64_t> samples;
  std::vector<Record> records;
};

// A folder that is removed at the end; file(path, text) makes what it holds.
class HostFiles {
 public:
  HostFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wirecause_host_XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    context.proc = root_ + "/proc";
    context.sys = root_ + "/sys";
  }
  HostFiles(const HostFiles&) = delete;
  HostFiles& operator=(const HostFiles&) = delete;
  ~HostFiles() { std::filesystem::remove_all(root_); }

  // `path` as on a host: "/proc/net/snmp". Written anew when it was there; descriptors that are open see it.
  HostFiles& file(std::string_view path, std::string_view text) {
    const std::string name = root_ + std::string(path);
    std::filesystem::create_directories(std::filesystem::path(name).parent_path());
    std::ofstream(name, std::ios::binary | std::ios::trunc) << text;
    return *this;
  }
  HostFiles& cut(std::string_view path, std::size_t size) {
    std::filesystem::resize_file(root_ + std::string(path), size);
    return *this;
  }
  HostFiles& remove(std::string_view path) {
    std::filesystem::remove(root_ + std::string(path));
    return *this;
  }
  HostFiles& link(std::string_view path, std::string_view to) {
    const std::string name = root_ + std::string(path);
    std::filesystem::create_directories(std::filesystem::path(name).parent_path());
    std::filesystem::create_directory_symlink(to, name);
    return *this;
  }
  HostFiles& interface(std::string name, std::uint32_t index) {
    context.interfaces.push_back({std::move(name), index});
    return *this;
  }

  HostContext context;

 private:
  std::string root_;
};

inline constexpr TimeNs kSampleTime{1'700'000'000'000'000'000};

inline std::unique_ptr<CollectorRun> opened(const Collector& collector, const HostFiles& files) {
  auto run = collector.open(files.context);
  EXPECT_TRUE(run) << (run ? "" : run.error().message());
  return run ? std::move(*run) : nullptr;
}

// What one reading of a freshly opened collector publishes; it must succeed.
inline RecordedSink sampled(const Collector& collector, const HostFiles& files) {
  RecordedSink sink;
  if (const auto run = opened(collector, files)) {
    const auto done = run->sample(kSampleTime, sink);
    EXPECT_TRUE(done) << (done ? "" : done.error().message());
  }
  return sink;
}

// A text cut at any byte publishes nothing that the whole text does not say, and cannot crash the collector.
inline void expect_cuts_publish_nothing_new(const Collector& collector, HostFiles& files, std::string_view path,
                                            const std::string& whole) {
  files.file(path, whole);
  const auto run = opened(collector, files);
  ASSERT_NE(run, nullptr);
  RecordedSink complete;
  ASSERT_TRUE(run->sample(kSampleTime, complete));
  for (std::size_t size = whole.size(); size-- > 0;) {
    files.cut(path, size);
    RecordedSink cut;
    static_cast<void>(run->sample(kSampleTime, cut));
    for (const auto& [key, value] : cut.samples) {
      const auto said = complete.samples.find(key);
      ASSERT_TRUE(said != complete.samples.end() && said->second == value)
          << key.first << " = " << value << " after " << size << " bytes";
    }
  }
}

// Nothing that a file could hold by accident crashes a collector: noise with and without newlines, and huge numbers.
inline void expect_noise_is_survived(const Collector& collector, HostFiles& files, std::string_view path,
                                     const std::string& whole) {
  files.file(path, whole);
  const auto run = opened(collector, files);
  ASSERT_NE(run, nullptr);
  std::uint32_t state = 1;
  for (int round = 0; round < 100; ++round) {
    std::string noisy = whole;
    for (int change = 0; change < 20 && !noisy.empty(); ++change) {
      state = state * 1'664'525U + 1'013'904'223U;
      const std::size_t at = (state >> 8U) % noisy.size();
      constexpr std::string_view kNoise = "9\n \t:-xf\0\xff";
      noisy[at] = kNoise[(state >> 3U) % kNoise.size()];
    }
    files.file(path, noisy);
    RecordedSink sink;
    static_cast<void>(run->sample(kSampleTime, sink));
    for (const auto& [key, value] : sink.samples) ASSERT_GE(value, 0) << key.first;
  }
}

}  // namespace wirecause::testing
