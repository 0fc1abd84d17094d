// Opening by what the bytes are, from files, pipes and compressed data; and what is said of files that cannot be read.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support/capture_reading.hpp"
#include "support/compressed_bytes.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

class OpenCapture : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "capture_open_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string file(const std::string& name, const ByteVector& bytes) const {
    std::ofstream out(path(name), std::ios::binary);
    for (const std::byte b : bytes) out.put(static_cast<char>(b));
    return path(name);
  }
  static std::string error_of(const std::string& name, Errc code) {
    const auto source = open_capture(name, 0);
    if (source) return "it opened";
    EXPECT_EQ(source.error().code(), code);
    EXPECT_THAT(source.error().message(), ::testing::Not(HasSubstr("\n")));
    return source.error().message();
  }

  std::filesystem::path folder_;
};

ByteVector small_pcap() {
  return PcapBytes().packet(1, 2, pattern(60, 1)).packet(3, 4, pattern(61, 2)).packet(5, 6, pattern(62, 3)).bytes();
}

void expect_small_pcap(CaptureSource& source) {
  const auto packets = read_all(source);
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(packets[2].bytes, pattern(62, 3));
  EXPECT_FALSE(source.tail_error());
}

TEST_F(OpenCapture, ReadsAPlainFileAndKnowsItsSize) {
  const auto source = open_capture(file("a.pcap", small_pcap()), 7);
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->facts().bytes, small_pcap().size());
  EXPECT_EQ((*source)->facts().file, path("a.pcap"));
  const auto packets = read_all(**source);
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(packets[0].input, 7U);
  EXPECT_EQ((*source)->bytes_consumed(), small_pcap().size());
}

TEST_F(OpenCapture, FindsCompressionByTheBytesAndNotByTheName) {
  for (const auto& [bytes, format] :
       {std::pair{gzipped(small_pcap()), "pcap, gzip"}, {zstded(small_pcap()), "pcap, zstd"}}) {
    const std::string name = file("misnamed.pcap", bytes);
    const auto source = open_capture(name, 0);
    ASSERT_TRUE(source) << format;
    EXPECT_EQ((*source)->facts().format, format);
    EXPECT_EQ((*source)->facts().bytes, bytes.size());
    expect_small_pcap(**source);
    EXPECT_EQ((*source)->bytes_consumed(), bytes.size());
    const auto in_memory = open_capture_bytes(bytes, "memory", 0);
    ASSERT_TRUE(in_memory) << format;
    expect_small_pcap(**in_memory);
  }
}

TEST_F(OpenCapture, ReadsAPipe) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  for (const ByteVector& bytes : {small_pcap(), gzipped(small_pcap()), zstded(small_pcap())}) {
    std::thread writer([&] {
      const int out = ::open(path("pipe").c_str(), O_WRONLY | O_CLOEXEC);
      for (const std::byte b : bytes) EXPECT_EQ(::write(out, &b, 1), 1);  // the reader sees every possible cut
      ::close(out);
    });
    const auto source = open_capture(path("pipe"), 0);
    EXPECT_TRUE(source);
    if (source) expect_small_pcap(**source);
    writer.join();
  }
}

TEST_F(OpenCapture, ReadsStandardInputFromWhereItStands) {
  ByteVector behind = pattern(100);
  const ByteVector capture = small_pcap();
  behind.insert(behind.end(), capture.begin(), capture.end());
  const int kept = ::dup(STDIN_FILENO);
  const int in = ::open(file("in", behind).c_str(), O_RDONLY | O_CLOEXEC);
  ::lseek(in, 100, SEEK_SET);
  ::dup2(in, STDIN_FILENO);
  {
    const auto source = open_capture("-", 0);
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->facts().file, "-");
    expect_small_pcap(**source);
  }
  ::dup2(kept, STDIN_FILENO);
  ::close(in);
  ::close(kept);
}

TEST_F(OpenCapture, NamesWhatCannotBeOpened) {
  EXPECT_EQ(error_of(path("none.pcap"), Errc::not_found),
            "read capture " + path("none.pcap") + ": No such file or directory");
  EXPECT_THAT(error_of(folder_.string(), Errc::bad_input), HasSubstr("it is a directory"));
  EXPECT_THAT(error_of(file("empty", {}), Errc::bad_input), HasSubstr("the file is empty"));
}

TEST_F(OpenCapture, NamesAMissingPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const std::string name = file("secret.pcap", small_pcap());
  ASSERT_EQ(::chmod(name.c_str(), 0), 0);
  EXPECT_THAT(error_of(name, Errc::permission), HasSubstr("Permission denied"));
}

TEST_F(OpenCapture, SaysWhatAFileIsThatIsNoCapture) {
  const std::pair<ByteVector, const char*> strangers[] = {
      {bytes_of(std::string_view("PK\x03\x04zzzz")), "starts with 50 4b 03 04 (a zip archive)"},
      {bytes_of(std::string_view("snoop\0\0\0\0\0\0\x02", 12)), "a Solaris snoop capture: convert it with editcap"},
      {bytes_of(std::string_view("XCP\0"
                                 "002.001",
                                 11)),
       "a NetXRay or Windows Sniffer capture"},
      {bytes_of(std::string_view("BZh91AY&SY")), "bzip2 data: decompress it first"},
      {bytes_of(std::string_view("hello, world")), "starts with the text \"hello, w\""},
      {bytes_of({1, 2, 3}), "starts with 01 02 03"},
      {ByteVector(4096), "zeros"},
  };
  for (const auto& [bytes, words] : strangers)
    EXPECT_THAT(error_of(file("x", bytes), Errc::bad_input), HasSubstr(words));
}

TEST_F(OpenCapture, SaysWhatIsCompressedWhenThatIsNoCapture) {
  const auto message = error_of(file("x.gz", gzipped(bytes_of(std::string_view("hello, world")))), Errc::bad_input);
  EXPECT_THAT(message, HasSubstr("what is compressed is not a pcap or pcapng capture: it starts with the text"));
  EXPECT_THAT(error_of(file("y.gz", gzipped({})), Errc::bad_input), HasSubstr("the compressed file holds nothing"));
  EXPECT_THAT(error_of(file("z.gz", bytes_of({0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9})), Errc::bad_input),
              HasSubstr("gzip data cannot be read past compressed offset"));
}

}  // namespace
}  // namespace wirecause::testing
