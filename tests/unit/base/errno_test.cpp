// Codes by what errno(3) and the manual pages of the calls say that a number means.
// SPDX-License-Identifier: Apache-2.0
#include "base/errno.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

namespace wirecause::testing {
namespace {

Error failure(int error, std::string_view remedy = {}) {
  return system_failure("open a.pcapng", error, remedy).value();
}

TEST(SystemFailure, SaysWhatWasTriedAndTheSystemsWords) {
  EXPECT_EQ(failure(ENOENT).message(), std::string("open a.pcapng: ") + std::strerror(ENOENT));
  EXPECT_EQ(failure(EACCES, "run as root").message(),
            std::string("open a.pcapng: ") + std::strerror(EACCES) + ": run as root");
}

TEST(SystemFailure, HasTheCodeThatDecides) {
  for (const int error : {EPERM, EACCES}) EXPECT_EQ(failure(error).code(), Errc::permission) << error;
  for (const int error : {ENOENT, ENOTDIR, ENODEV, ENXIO}) EXPECT_EQ(failure(error).code(), Errc::not_found) << error;
  for (const int error : {EOPNOTSUPP, EINVAL, EPROTONOSUPPORT}) {
    EXPECT_EQ(failure(error).code(), Errc::unsupported) << error;
  }
  for (const int error : {EIO, EMFILE, ENOMEM, 0, -1, 99'999}) EXPECT_EQ(failure(error).code(), Errc::io) << error;
}

}  // namespace
}  // namespace wirecause::testing
