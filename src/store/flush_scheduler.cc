// Starting flushes and slowing commits; see the header.
#include "src/store/flush_scheduler.h"

#include <utility>

#include "src/base/check.h"
#include "src/store/flush.h"

namespace ashlar::store {
namespace {

constexpr std::chrono::nanoseconds kLongestDelay = std::chrono::milliseconds(1);
constexpr std::chrono::nanoseconds kRetryAfter = std::chrono::milliseconds(100);
// Wake-ups while memory is full; a flush that ends wakes at once.
constexpr std::chrono::nanoseconds kPatience = std::chrono::milliseconds(50);

}  // namespace

FlushScheduler::FlushScheduler(StoreCore& core, base::Executor& executor, uint64_t memtable_bytes)
    : core_(core), executor_(executor), limit_(memtable_bytes) {
  ASHLAR_CHECK(limit_ > 0);
}

FlushScheduler::~FlushScheduler() { Stop(); }

void FlushScheduler::Stop() {
  base::MutexLock lock(mutex_);
  stopping_ = true;
  changed_.NotifyAll();
  while (running_) changed_.Wait(mutex_);
}

absl::Status FlushScheduler::Admit() {
  const uint64_t bytes = bytes_.load(std::memory_order_relaxed);
  if (bytes < 2 * limit_) return absl::OkStatus();
  AfterCommit();
  base::MutexLock lock(mutex_);
  if (bytes < 4 * limit_) {
    const double fill = static_cast<double>(bytes - 2 * limit_) / static_cast<double>(2 * limit_);
    const auto delay = std::chrono::duration_cast<std::chrono::nanoseconds>(kLongestDelay * fill);
    if (running_) changed_.WaitFor(mutex_, delay);
    return absl::OkStatus();
  }
  bool tried = false;
  while (bytes_.load(std::memory_order_relaxed) >= 4 * limit_ && !stopping_) {
    if (!running_) {
      // An error of before says nothing of now: there may be space again.
      if (tried) return failure_;
      tried = true;
      running_ = true;
      mutex_.Unlock();
      executor_.Schedule([this] { Run(); });
      mutex_.Lock();
      continue;
    }
    changed_.WaitFor(mutex_, kPatience);
  }
  return absl::OkStatus();
}

void FlushScheduler::AfterCommit() {
  if (bytes_.load(std::memory_order_relaxed) < limit_) return;
  {
    base::MutexLock lock(mutex_);
    if (running_ || stopping_) return;
    if (!failure_.ok() && core_.clock->Monotonic() < retry_at_) return;
    running_ = true;
  }
  executor_.Schedule([this] { Run(); });
}

void FlushScheduler::Run() {
  absl::Status flushed = FlushStore(core_);
  if (flushed.ok()) flushes_.fetch_add(1, std::memory_order_relaxed);
  SetBytes(core_.view->bytes());
  base::MutexLock lock(mutex_);
  retry_at_ = core_.clock->Monotonic() + kRetryAfter;
  failure_ = std::move(flushed);
  running_ = false;
  changed_.NotifyAll();
}

}  // namespace ashlar::store
