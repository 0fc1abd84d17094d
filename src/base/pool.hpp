// Objects that stay where they are until their pool goes, one behind the other in memory that the kernel may back with large
// pages: whoever goes from one to another of thousands misses the TLB at every step where each lies on a page of its own.
//
// The first few lie in an ordinary block, so that a pool of a handful costs a handful. add() throws std::bad_alloc.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace wirecause {

template <class T>
class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool(Pool&& other) noexcept : blocks_(std::move(other.blocks_)) { other.blocks_.clear(); }
  Pool& operator=(Pool&&) = delete;
  ~Pool() {
    for (const Block& block : blocks_) {
      std::destroy_n(block.objects, block.used);
      ::operator delete (static_cast<void*>(block.objects), std::align_val_t{block.alignment});
    }
  }

  // A new one, value-initialised.
  T& add() {
    if (blocks_.empty() || blocks_.back().used == blocks_.back().room) [[unlikely]]
      grow();
    Block& block = blocks_.back();
    T* const object = ::new (static_cast<void*>(block.objects + block.used)) T();
    ++block.used;
    return *object;
  }

 private:
  static constexpr std::size_t kLargePage = std::size_t{2} << 20U;
  static constexpr std::size_t kFirst = 32;  // objects

  struct Block {
    T* objects = nullptr;
    std::size_t room = 0;
    std::size_t used = 0;
    std::size_t alignment = 0;
  };

  void grow() {
    blocks_.reserve(blocks_.size() + 1);
    const bool is_first = blocks_.empty();
    const std::size_t size = is_first ? kFirst * sizeof(T) : std::max(kLargePage, sizeof(T));
    const std::size_t alignment = is_first ? std::max(alignof(T), alignof(std::max_align_t)) : kLargePage;
    void* const memory = ::operator new (size, std::align_val_t{alignment});
    // A wish: where the kernel has none to give, these are ordinary pages.
    if (!is_first) static_cast<void>(::madvise(memory, size, MADV_HUGEPAGE));
    blocks_.push_back({static_cast<T*>(memory), size / sizeof(T), 0, alignment});
  }

  std::vector<Block> blocks_;
};

}  // namespace wirecause
