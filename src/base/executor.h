// Executor: where background work runs.
//
// Owns: the seam between tasks and threads, and the only threads of the engine. Not: what tasks do,
// their priorities or their cancellation. Tests run the same code on InlineExecutor, in one order.
#ifndef ASHLAR_SRC_BASE_EXECUTOR_H_
#define ASHLAR_SRC_BASE_EXECUTOR_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/process.h"

namespace ashlar::base {

// Thread-safe. Tasks must not throw.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void Schedule(std::function<void()> task) = 0;
  // How many tasks may run at once; at least 1.
  [[nodiscard]] virtual size_t parallelism() const = 0;
};

// Runs each task before Schedule returns.
class InlineExecutor final : public Executor {
 public:
  void Schedule(std::function<void()> task) override { task(); }
  [[nodiscard]] size_t parallelism() const override { return 1; }
};

// Runs tasks in the order in which they came, on a fixed number of threads. The destructor runs all
// that is queued, including what the last tasks schedule, then joins. A task must not destroy its
// own pool.
class ThreadPool final : public Executor {
 public:
  // ResourceExhausted when the machine refuses to start a thread.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ThreadPool>> Start(size_t threads);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void Schedule(std::function<void()> task) override;
  [[nodiscard]] size_t parallelism() const override { return threads_.size(); }

 private:
  ThreadPool() = default;
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;  // guarded by mutex_
  bool stopping_ = false;                    // guarded by mutex_
  std::vector<std::jthread> threads_;        // last: joined before the rest goes
};

// Threads that start with the first task; where the machine refuses to start them, tasks run
// inline. The destructor runs all that is queued, but in a child of fork(): there are no threads to
// do that.
class LazyPool final : public Executor {
 public:
  explicit LazyPool(size_t threads = 1) : threads_(threads) {}
  ~LazyPool() override;
  void Schedule(std::function<void()> task) override;
  [[nodiscard]] size_t parallelism() const override { return threads_; }
  // Starts the threads now; false when the machine refuses.
  [[nodiscard]] bool Start();

 private:
  const size_t threads_;
  const ProcessMark process_;
  std::mutex mutex_;
  std::unique_ptr<ThreadPool> pool_;  // guarded by mutex_
};

// The pool of this process, with a thread for each processor: started at its first use, never
// destroyed. Where the machine refuses to start threads it runs tasks inline.
[[nodiscard]] Executor& ProcessExecutor();

// Runs `work` on the calling thread and on up to `threads` - 1 of the executor's, and returns when
// all that have begun have ended. Those that the executor did not get to by then never begin; so a
// busy executor costs parallelism, not time. `work` takes its share from a common supply until none
// is left.
void RunOnThreads(Executor& executor, size_t threads, const std::function<void()>& work);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_EXECUTOR_H_
