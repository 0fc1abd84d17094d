// SPDX-License-Identifier: Apache-2.0
#include "base/pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace wirecause {
namespace {

struct Large {
  std::shared_ptr<int> holds;
  std::uint64_t number = 7;
  std::array<std::byte, 30'000> rest{};
};

TEST(Pool, ObjectsStayWhereTheyAreAndAreNew) {
  Pool<Large> pool;
  std::vector<Large*> all;
  for (std::uint64_t i = 0; i < 500; ++i) {
    all.push_back(&pool.add());
    EXPECT_EQ(all.back()->number, 7U);
    all.back()->number = i;
  }
  for (std::uint64_t i = 0; i < 500; ++i) EXPECT_EQ(all[i]->number, i);
}

TEST(Pool, EndsItsObjectsOnce) {
  const auto held = std::make_shared<int>(0);
  {
    Pool<Large> pool;
    for (int i = 0; i < 100; ++i) pool.add().holds = held;
    Pool<Large> other = std::move(pool);
    other.add().holds = held;
    EXPECT_EQ(held.use_count(), 102);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Pool, KeepsTheAlignmentOfItsObjects) {
  struct alignas(64) Line {
    std::byte one{};
  };
  Pool<Line> pool;
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(reinterpret_cast<std::uintptr_t>(&pool.add()) % 64, 0U);
}

}  // namespace
}  // namespace wirecause
