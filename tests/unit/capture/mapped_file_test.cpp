// A mapped capture that someone cuts while it is read ends early and says so; the process lives.
// SPDX-License-Identifier: Apache-2.0
#include "capture/mapped_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "support/capture_reading.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

class MappedCapture : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "capture_mapped_XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    ASSERT_GE(descriptor, 0);
    ::close(descriptor);
    path_ = name;
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const ByteVector& bytes) const {
    std::ofstream out(path_, std::ios::binary);
    for (const std::byte b : bytes) out.put(static_cast<char>(b));
  }

  std::string path_;
};

PcapBytes packets_of_1000_bytes(unsigned count) {
  PcapBytes file;
  for (unsigned i = 0; i < count; ++i) file.packet(i, 0, pattern(1000, i));
  return file;
}

TEST_F(MappedCapture, ReadsAFileOfManyReleaseSteps) {
  write(packets_of_1000_bytes(10'000).bytes());  // 10 MB, two steps
  const auto source = open_capture(path_, 0);
  ASSERT_TRUE(source);
  std::vector<PacketView> views(256);
  unsigned packets = 0;
  while (const std::size_t got = (*source)->next_batch(views)) {
    for (std::size_t i = 0; i < got; ++i) {
      const ByteVector expected = pattern(1000, packets++);
      ASSERT_TRUE(std::equal(views[i].bytes.begin(), views[i].bytes.end(), expected.begin(), expected.end()));
    }
  }
  EXPECT_EQ(packets, 10'000U);
  EXPECT_FALSE((*source)->tail_error());
}

TEST_F(MappedCapture, ACutWhileReadingEndsTheCaptureAndNotTheProcess) {
  write(packets_of_1000_bytes(2'000).bytes());
  const auto source = open_capture(path_, 0);
  ASSERT_TRUE(source);
  std::vector<PacketView> views(100);
  ASSERT_EQ((*source)->next_batch(views), 100U);
  std::filesystem::resize_file(path_, 500'000);
  std::size_t packets = 100;
  while (const std::size_t got = (*source)->next_batch(views)) {
    for (std::size_t i = 0; i < got; ++i) EXPECT_EQ(views[i].bytes.size(), 1000U);
    packets += got;
  }
  EXPECT_LE(packets, 500U);  // none of what is no longer there
  ASSERT_TRUE((*source)->tail_error());
  EXPECT_THAT(*(*source)->tail_error(), HasSubstr("cut by someone else while it was read"));
}

TEST_F(MappedCapture, ViewsOfPagesThatWereCutAwayReadAsZeros) {
  write(packets_of_1000_bytes(100).bytes());
  const auto source = open_capture(path_, 0);
  ASSERT_TRUE(source);
  std::vector<PacketView> views(100);
  ASSERT_EQ((*source)->next_batch(views), 100U);
  std::filesystem::resize_file(path_, 0);
  EXPECT_EQ(views[99].bytes[500], std::byte{0});
}

TEST_F(MappedCapture, ASigbusOfSomeoneElseIsNotSwallowed) {
  write(pattern(10'000));
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  const auto ours = MappedFile::map(descriptor, 10'000);  // the handler is installed
  ASSERT_NE(ours, nullptr);
  EXPECT_DEATH((void)::raise(SIGBUS), "");
}

TEST_F(MappedCapture, MoreFilesThanTheHandlerKnowsAreStillRead) {
  write(packets_of_1000_bytes(3).bytes());
  std::vector<std::unique_ptr<CaptureSource>> sources;
  for (std::size_t i = 0; i < kMaxMappings + 4; ++i) {
    auto source = open_capture(path_, 0);
    ASSERT_TRUE(source) << i;
    sources.push_back(std::move(*source));
  }
  for (const auto& source : sources) EXPECT_EQ(read_all(*source).size(), 3U);
}

}  // namespace
}  // namespace wirecause::testing
