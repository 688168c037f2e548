// SyncDeadline: until when written commits must be durable, and a task that sees to it.
//
// Owns: the earliest deadline, and sleeping until it. Does not own: syncing.
#ifndef ASHLAR_SRC_LOG_SYNC_DEADLINE_H_
#define ASHLAR_SRC_LOG_SYNC_DEADLINE_H_

#include <chrono>
#include <functional>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "src/base/clock.h"
#include "src/base/executor.h"
#include "src/base/mutex.h"

namespace ashlar::log {

// Thread-safe.
class SyncDeadline {
 public:
  // `sync` is called by the task when a deadline is over; it must Clear() the deadline. Without an
  // executor there is no task.
  SyncDeadline(base::Clock* clock, base::Executor* executor, std::function<void()> sync);
  ~SyncDeadline() { Stop(); }
  SyncDeadline(const SyncDeadline&) = delete;
  SyncDeadline& operator=(const SyncDeadline&) = delete;

  // When something that is handed in now must be durable.
  [[nodiscard]] std::chrono::nanoseconds After(std::chrono::nanoseconds interval) const;
  // Something must be durable by then; an earlier deadline stays.
  void Set(std::chrono::nanoseconds end);
  // All that was written is durable, or will never be.
  void Clear();
  // Waits for the task to end, if one runs; none begins any more.
  void Stop();
  [[nodiscard]] bool IsOver() const;

 private:
  void RunTask();

  base::Clock* const clock_;
  base::Executor* const executor_;
  const std::function<void()> sync_;
  mutable base::Mutex mutex_;
  base::ConditionVariable changed_;
  std::optional<std::chrono::nanoseconds> deadline_ ABSL_GUARDED_BY(mutex_);
  bool task_runs_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_SYNC_DEADLINE_H_
