// The thread pool. Standard mutexes rather than Abseil's, because ThreadSanitizer understands only
// those when Abseil itself is not instrumented.
#include "src/base/executor.h"

#include <system_error>
#include <utility>

#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::base {

absl::StatusOr<std::unique_ptr<ThreadPool>> ThreadPool::Start(size_t threads) {
  ASHLAR_CHECK(threads > 0);
  std::unique_ptr<ThreadPool> pool(new ThreadPool);
  pool->threads_.reserve(threads);
  try {
    while (pool->threads_.size() < threads) {
      pool->threads_.emplace_back([raw = pool.get()] { raw->Run(); });
    }
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(StrCat("cannot start a thread: ", error.what()));
  }
  return pool;
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  threads_.clear();  // joins
  ASHLAR_CHECK(queue_.empty());
}

void ThreadPool::Schedule(std::function<void()> task) {
  ASHLAR_CHECK(task != nullptr);
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void ThreadPool::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    {
      const std::function<void()> task = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      task();
    }
    lock.lock();
  }
}

}  // namespace ashlar::base
