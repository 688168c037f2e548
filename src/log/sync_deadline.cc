// Waiting for the deadline of a sync. See sync_deadline.h.
#include "src/log/sync_deadline.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"

namespace ashlar::log {

SyncDeadline::SyncDeadline(base::Clock* clock, base::Executor* executor, std::function<void()> sync)
    : clock_(clock), executor_(executor), sync_(std::move(sync)) {
  ASHLAR_CHECK(clock_ != nullptr && sync_ != nullptr);
}

void SyncDeadline::Stop() {
  base::MutexLock lock(mutex_);
  stopping_ = true;
  changed_.NotifyAll();
  while (task_runs_) changed_.Wait(mutex_);
}

std::chrono::nanoseconds SyncDeadline::After(std::chrono::nanoseconds interval) const {
  return clock_->Monotonic() + interval;
}

void SyncDeadline::Set(std::chrono::nanoseconds end) {
  {
    base::MutexLock lock(mutex_);
    const bool earlier = !deadline_.has_value() || end < *deadline_;
    if (earlier) deadline_ = end;
    if (task_runs_ && earlier) changed_.NotifyAll();
    if (executor_ == nullptr || task_runs_ || stopping_) return;
    task_runs_ = true;
  }
  executor_->Schedule([this] { RunTask(); });
}

void SyncDeadline::Clear() {
  base::MutexLock lock(mutex_);
  deadline_.reset();
}

bool SyncDeadline::IsOver() const {
  base::MutexLock lock(mutex_);
  return deadline_.has_value() && clock_->Monotonic() >= *deadline_;
}

// Ends when there is nothing to wait for: an idle store keeps no thread.
void SyncDeadline::RunTask() {
  mutex_.Lock();
  while (!stopping_ && deadline_.has_value()) {
    const std::chrono::nanoseconds left = *deadline_ - clock_->Monotonic();
    if (left > std::chrono::nanoseconds(0)) {
      changed_.WaitFor(mutex_, left);
      continue;
    }
    mutex_.Unlock();
    sync_();
    mutex_.Lock();
  }
  task_runs_ = false;
  changed_.NotifyAll();
  mutex_.Unlock();
}

}  // namespace ashlar::log
