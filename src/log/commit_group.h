// CommitGroup: records that are written together, and those who wait for them.
//
// Owns: the records until they are written, and waking the waiters. Does not own: who leads
// (commit_queue.h).
#ifndef ASHLAR_SRC_LOG_COMMIT_GROUP_H_
#define ASHLAR_SRC_LOG_COMMIT_GROUP_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "src/log/format.h"

namespace ashlar::log {

// When a commit may be acknowledged.
struct LogDurability {
  enum class Kind : uint8_t {
    kSync,   // durable
    kGroup,  // written; durable at the latest after `interval`
    kNone,   // written; durable at some time
  };
  Kind kind = Kind::kSync;
  std::chrono::nanoseconds interval{0};  // kGroup only
};

struct QueuedRecord {
  uint64_t sequence = 0;
  uint8_t kind = 0;
  std::string body;
  std::shared_ptr<void> context;
};

class CommitGroup {
 public:
  // Under the queue's lock, while the group gathers.
  void Add(QueuedRecord record, const LogDurability& durability) {
    ASHLAR_CHECK(records_.empty() || records_.back().sequence < record.sequence);
    bytes_ += format::record::kSize + record.body.size();
    records_.push_back(std::move(record));
    if (durability.kind == LogDurability::Kind::kSync) wants_sync_ = true;
    if (durability.kind != LogDurability::Kind::kGroup) return;
    interval_ = std::min(interval_.value_or(durability.interval), durability.interval);
  }

  // By whoever may Add(), or took the group from the queue.
  [[nodiscard]] const std::vector<QueuedRecord>& records() const { return records_; }
  [[nodiscard]] bool empty() const { return records_.empty(); }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] bool wants_sync() const { return wants_sync_; }
  [[nodiscard]] std::optional<std::chrono::nanoseconds> interval() const { return interval_; }

  // Once, by the leader. Wakes all who wait.
  void Finish(absl::Status status) {
    records_ = {};
    {
      base::MutexLock lock(mutex_);
      ASHLAR_CHECK(!done_);
      done_ = true;
      status_ = std::move(status);
    }
    changed_.NotifyAll();
  }
  // Tells one who waits to try and lead.
  void InviteLeader() {
    {
      base::MutexLock lock(mutex_);
      invited_ = true;
    }
    changed_.NotifyOne();
  }
  // Sleeps until the group is done or somebody is to lead it. True: done, and `*status` is set.
  [[nodiscard]] bool AwaitChange(absl::Status* status) {
    base::MutexLock lock(mutex_);
    while (!done_ && !invited_) changed_.Wait(mutex_);
    invited_ = false;
    if (done_) *status = status_;
    return done_;
  }

 private:
  std::vector<QueuedRecord> records_;
  uint64_t bytes_ = 0;
  bool wants_sync_ = false;
  std::optional<std::chrono::nanoseconds> interval_;

  base::Mutex mutex_;
  base::ConditionVariable changed_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  bool invited_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_COMMIT_GROUP_H_
