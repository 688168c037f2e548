// The thread pool. Standard mutexes rather than Abseil's, because ThreadSanitizer understands only
// those when Abseil itself is not instrumented.
#include "src/base/executor.h"

#include <algorithm>
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

LazyPool::~LazyPool() {
  // Neither joined nor destroyed: both wait for threads that are not there.
  if (process_.InChild()) static_cast<void>(pool_.release());
}

bool LazyPool::Start() {
  const std::lock_guard lock(mutex_);
  if (pool_ == nullptr) {
    absl::StatusOr<std::unique_ptr<ThreadPool>> started = ThreadPool::Start(threads_);
    if (started.ok()) pool_ = *std::move(started);
  }
  return pool_ != nullptr;
}

void LazyPool::Schedule(std::function<void()> task) {
  if (!Start()) return task();
  pool_->Schedule(std::move(task));
}

Executor& ProcessExecutor() {
  static Executor* const executor = []() -> Executor* {
    const size_t threads = std::max<size_t>(1, std::thread::hardware_concurrency());
    auto pool = ThreadPool::Start(threads);
    if (!pool.ok()) return new InlineExecutor;
    return pool->release();
  }();
  return *executor;
}

namespace {

// Outlives the call that made it where the executor is late: such tasks find it closed.
struct Invitation {
  std::mutex mutex;
  std::condition_variable left;
  const std::function<void()>* work = nullptr;  // null: closed; guarded by mutex
  size_t inside = 0;                            // guarded by mutex
};

void Accept(Invitation& invitation) {
  const std::function<void()>* work = nullptr;
  {
    const std::lock_guard lock(invitation.mutex);
    work = invitation.work;
    if (work == nullptr) return;
    ++invitation.inside;
  }
  (*work)();
  const std::lock_guard lock(invitation.mutex);
  if (--invitation.inside == 0) invitation.left.notify_all();
}

}  // namespace

void RunOnThreads(Executor& executor, size_t threads, const std::function<void()>& work) {
  ASHLAR_CHECK(work != nullptr);
  const auto invitation = std::make_shared<Invitation>();
  invitation->work = &work;
  for (size_t i = 1; i < threads; ++i) executor.Schedule([invitation] { Accept(*invitation); });
  work();
  std::unique_lock lock(invitation->mutex);
  invitation->work = nullptr;
  invitation->left.wait(lock, [&] { return invitation->inside == 0; });
}

}  // namespace ashlar::base
