// What the tests of the reader probe share: a numbered feed, its reader, and the probe in a network namespace of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>

#include "host/readers/reader_probe.hpp"
#include "support/private_network.hpp"
#include "support/udp_endpoint.hpp"

namespace wirecause::testing {

constexpr std::uint16_t kPort = 26400;
constexpr std::size_t kDatagram = 100;

// MoldUDP64: session (10 bytes), sequence number (8), message count (2), all big-endian.
inline std::array<unsigned char, kDatagram> mold(std::uint64_t number, std::uint16_t count) {
  std::array<unsigned char, kDatagram> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[10 + i] = static_cast<unsigned char>(number >> (56U - 8U * i));
  bytes[18] = static_cast<unsigned char>(count >> 8U);
  bytes[19] = static_cast<unsigned char>(count & 0xffU);
  return bytes;
}

inline NumberField mold_field(const std::string& destination, std::uint16_t port = kPort) {
  return {.destination = *IpAddress::parse(destination),
          .port = port,
          .number_offset = 10,
          .number_width = 8,
          .count_offset = 18,
          .count_width = 2,
          .mark_offset = 18,
          .mark_value = 0xffff};
}

inline void send_mold(const UdpEndpoint& from, const std::string& to, std::uint64_t number, std::uint16_t count,
                      std::uint16_t port = kPort) {
  const auto bytes = mold(number, count);
  ASSERT_TRUE(from.send_to(to, port, bytes.data(), bytes.size())) << std::strerror(errno);
}

inline std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}
inline std::uint32_t thread_id() { return static_cast<std::uint32_t>(::syscall(SYS_gettid)); }

inline void by_recv(int descriptor) {
  char buffer[200];
  ASSERT_EQ(::recv(descriptor, buffer, sizeof buffer, 0), static_cast<ssize_t>(kDatagram));
}

class ReaderProbeLive : public ::testing::Test {
 protected:
  void SetUp() override {
    auto probe = open_reader_probe();
    if (!probe && probe.error().code() == Errc::permission) GTEST_SKIP() << probe.error().message();
    ASSERT_TRUE(probe) << probe.error().message();
    if ((*probe)->availability().state != Availability::State::full) GTEST_SKIP() << (*probe)->availability().reason;
    probe_ = std::move(*probe);
  }
  // `body` in a namespace of its own, with the probe attached.
  template <class Body>
  void run(Body body) {
    const std::string reason = in_network_namespace([&] {
      const auto attached = probe_->attach();
      ASSERT_TRUE(attached) << attached.error().message();
      body();
    });
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
  ReaderCounts counts(const UdpEndpoint& endpoint) {
    const auto taken = probe_->take_counts(endpoint.cookie());
    EXPECT_TRUE(taken) << "not followed";
    return taken.value_or(ReaderCounts{});
  }
  std::unique_ptr<ReaderProbe> probe_;
};

}  // namespace wirecause::testing
