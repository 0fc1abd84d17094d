// The backs of a run, inline (one) or each on its own thread behind a bounded queue of batches. The result is the same:
// a feed belongs to one back, which sees its runs in file order (DESIGN D6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/back.hpp"

namespace wirecause {

class BackPool {
 public:
  static constexpr std::size_t kMaxQueued = 8;  // batches per back: the front waits rather than grow

  // `connection`: as Back has it.
  BackPool(std::uint32_t count, bool threaded, const FeedOptions& options, std::uint64_t connection = 0);
  ~BackPool();
  BackPool(const BackPool&) = delete;
  BackPool& operator=(const BackPool&) = delete;

  void submit(std::uint32_t owner, Batch& batch);
  // Waits until everything submitted has been applied; afterwards the backs may be read.
  void drain();

  std::uint32_t size() const { return static_cast<std::uint32_t>(workers_.size()); }
  Back& back(std::uint32_t index) { return workers_[index]->back; }

 private:
  struct Worker {
    Worker(const FeedOptions& options, std::uint64_t connection) : back(options, connection) {}
    Back back;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Batch> queue;
    std::vector<Batch> spare;  // applied: their memory serves again
    bool busy = false;
    bool stop = false;
    std::thread thread;
  };
  static void work(Worker& worker);

  std::vector<std::unique_ptr<Worker>> workers_;
  bool threaded_;
};

}  // namespace wirecause
