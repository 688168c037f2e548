// FlushScheduler: when memory is flushed, and who waits when flushes do not keep up.
//
// Owns: the limits, starting flushes in the background, delaying commits. Does not own: the flush
// (flush.h). With L the store's memtable_bytes:
//   below L           nothing happens
//   from L            a flush runs in the background, commits go on
//   from 2 L to 4 L   each commit is delayed, by up to a millisecond as memory fills
//   from 4 L          commits wait for the flush; after one that failed each tries another, and is
//                     refused with its error
#ifndef ASHLAR_SRC_STORE_FLUSH_SCHEDULER_H_
#define ASHLAR_SRC_STORE_FLUSH_SCHEDULER_H_

#include <atomic>
#include <chrono>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "src/base/executor.h"
#include "src/base/mutex.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Thread-safe.
class FlushScheduler {
 public:
  // Both outlive it. The executor may run tasks inline.
  FlushScheduler(StoreCore& core, base::Executor& executor, uint64_t memtable_bytes);
  // Waits for a flush that runs.
  ~FlushScheduler();
  FlushScheduler(const FlushScheduler&) = delete;
  FlushScheduler& operator=(const FlushScheduler&) = delete;

  // Before a commit that fills memory. An error refuses it.
  [[nodiscard]] absl::Status Admit();
  // After it, with no lock held.
  void AfterCommit();
  // The leader's: how much memory holds by now.
  void SetBytes(uint64_t bytes) { bytes_.store(bytes, std::memory_order_relaxed); }
  // No flush begins any more; waits for one that runs.
  void Stop();

  [[nodiscard]] uint64_t flushes() const { return flushes_.load(std::memory_order_relaxed); }

 private:
  void Run();

  StoreCore& core_;
  base::Executor& executor_;
  const uint64_t limit_;
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> flushes_{0};
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);  // of the last flush
  std::chrono::nanoseconds retry_at_ ABSL_GUARDED_BY(mutex_){0};
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_FLUSH_SCHEDULER_H_
