// WriteBehind: files that are written while their maker builds the next one.
//
// Owns: how many are on their way, and the first error among them. Does not own: what writing is
// (segment_sink.h), threads (the executor). Why at most two: one keeps the disk busy, the other is
// there when it is done; a third would only hold memory.
#ifndef ASHLAR_SRC_STORE_WRITE_BEHIND_H_
#define ASHLAR_SRC_STORE_WRITE_BEHIND_H_

#include <cstddef>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "src/base/executor.h"
#include "src/base/mutex.h"

namespace ashlar::store {

// One thread starts and settles.
class WriteBehind {
 public:
  static constexpr size_t kMaxInFlight = 2;

  // The executor may run tasks inline.
  explicit WriteBehind(base::Executor& executor) : executor_(executor) {}
  // Waits for what is on its way.
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  // Has `write` run by the executor; waits first while kMaxInFlight are on their way. The error of
  // any write so far: then there is nothing more to write for, and `write` is dropped.
  [[nodiscard]] absl::Status Start(std::function<absl::Status()> write);
  // Waits for what is on its way. The first error of all writes, however often it is asked for.
  [[nodiscard]] absl::Status Settle();

 private:
  void WaitUntilBelow(size_t in_flight) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Executor& executor_;
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_WRITE_BEHIND_H_
