// SPDX-License-Identifier: Apache-2.0
#include "engine/back_pool.hpp"

#include <utility>

namespace wirecause {

BackPool::BackPool(std::uint32_t count, bool threaded, const FeedOptions& options) : threaded_(threaded) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>(options));
    if (threaded_) worker.thread = std::thread([&worker] { work(worker); });
  }
}

BackPool::~BackPool() {
  for (const auto& worker : workers_) {
    {
      const std::lock_guard lock(worker->mutex);
      worker->stop = true;
    }
    worker->changed.notify_all();
    if (worker->thread.joinable()) worker->thread.join();
  }
}

void BackPool::submit(std::uint32_t owner, Batch& batch) {
  Worker& worker = *workers_[owner];
  if (!threaded_) {
    worker.back.apply(batch);
    return;
  }
  std::unique_lock lock(worker.mutex);
  worker.changed.wait(lock, [&worker] { return worker.queue.size() < kMaxQueued; });
  worker.queue.push_back(std::exchange(batch, {}));
  lock.unlock();
  worker.changed.notify_all();
}

void BackPool::drain() {
  for (const auto& worker : workers_) {
    std::unique_lock lock(worker->mutex);
    worker->changed.wait(lock, [&worker] { return worker->queue.empty() && !worker->busy; });
  }
}

void BackPool::work(Worker& worker) {
  std::unique_lock lock(worker.mutex);
  while (true) {
    worker.changed.wait(lock, [&worker] { return worker.stop || !worker.queue.empty(); });
    if (worker.queue.empty()) return;
    const Batch batch = std::move(worker.queue.front());
    worker.queue.pop_front();
    worker.busy = true;
    lock.unlock();
    worker.changed.notify_all();
    worker.back.apply(batch);
    lock.lock();
    worker.busy = false;
    worker.changed.notify_all();
  }
}

}  // namespace wirecause
