// SPDX-License-Identifier: Apache-2.0
#include "engine/back_pool.hpp"

#include <utility>

namespace wirecause {

BackPool::BackPool(std::uint32_t count, bool threaded, const FeedOptions& options, std::uint64_t connection)
    : threaded_(threaded) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>(options, connection));
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
  Batch spare;
  if (!worker.spare.empty()) {
    spare = std::move(worker.spare.back());
    worker.spare.pop_back();
  }
  worker.queue.push_back(std::exchange(batch, std::move(spare)));
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
    Batch batch = std::move(worker.queue.front());
    worker.queue.pop_front();
    worker.busy = true;
    lock.unlock();
    worker.changed.notify_all();
    worker.back.apply(batch);
    batch.clear();
    lock.lock();
    worker.spare.push_back(std::move(batch));
    worker.busy = false;
    worker.changed.notify_all();
  }
}

}  // namespace wirecause
