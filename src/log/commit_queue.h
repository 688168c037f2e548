// CommitQueue: many threads commit, one of them writes and syncs for all.
//
// Owns: the order of commits (their sequences), groups and their leaders, durability, and when a
// store turns read-only. Does not own: bytes (commit_log.h) nor what a commit means: the store's
// apply function puts it into the memtable.
//
// How. Submit() adds a record to the group that gathers. The first to wait for that group leads it:
// takes the group, writes it, syncs if anybody in it asked for that, applies it, and wakes those
// who wait for it, all at once. Meanwhile the next group gathers; one of its waiters is woken to
// lead it. There are no timers in this, so a lone commit is written at once and a crowd forms
// groups by itself. Records that nobody waits for are written with the next group, when their
// interval ends, or by Flush().
//
// A record with a check parts its group: what stands before it is written and applied first, so
// that the check sees it. Nothing is shown, and nobody is told, before the one sync of the group.
//
// Errors of a commit. ResourceExhausted: no space; nothing of it is stored, and later ones succeed
// when there is space again. "outcome unknown, the store is read-only now": a write or a sync
// failed; the commit may or may not be there after reopening. FailedPrecondition: the store is
// read-only or closed; nothing is stored.
#ifndef ASHLAR_SRC_LOG_COMMIT_QUEUE_H_
#define ASHLAR_SRC_LOG_COMMIT_QUEUE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/clock.h"
#include "src/base/counters.h"
#include "src/base/executor.h"
#include "src/base/mutex.h"
#include "src/log/commit_group.h"
#include "src/log/commit_log.h"
#include "src/log/sync_deadline.h"

namespace ashlar::log {

// A commit that was written: `context` is what Submit() was given.
struct CommittedRecord {
  LogRecord record;
  void* context = nullptr;
};

// What apply is called with.
struct CommittedGroup {
  std::span<const CommittedRecord> records;  // in the order of their sequences
  uint64_t log_number = 0;                   // of the file that holds the group
};

struct CommitQueueOptions {
  uint64_t next_sequence = 1;
  // Called with the records of each group, in the order of the log, once they are written, and
  // never from two threads at once. They must not show before show(). It must not call the queue.
  std::function<void(const CommittedGroup&)> apply = {};
  // Called when a group is as durable as it asked for, before anybody who waits for it returns,
  // with the last of its sequences and the number of its log: what was applied may show.
  std::function<void(uint64_t, uint64_t)> show = {};
  base::Clock* clock = base::SystemClock();
  // Syncs groups whose interval ends while nobody commits. Keeps one of its threads busy meanwhile,
  // so it is best a pool of its own; it must not run tasks inline. Null: that is left to
  // SyncIfDue().
  base::Executor* executor = nullptr;
  // A group that has so many bytes takes no more records; who comes next waits until it is written.
  uint64_t max_group_bytes = uint64_t{8} << 20;
};

// A commit on its way. Cheap to copy; holds no reference to the queue.
class CommitTicket {
 public:
  [[nodiscard]] uint64_t sequence() const { return sequence_; }

 private:
  friend class CommitQueue;
  CommitTicket(std::shared_ptr<CommitGroup> group, size_t index, uint64_t sequence)
      : group_(std::move(group)), index_(index), sequence_(sequence) {}

  std::shared_ptr<CommitGroup> group_;
  size_t index_;  // in the group
  uint64_t sequence_;
};

struct CommitQueueStats {
  uint64_t records = 0;  // written
  uint64_t groups = 0;   // written
  uint64_t syncs = 0;    // of the log, but those of a change of files
  uint64_t bytes = 0;    // of log files, headers and padding included
};

// Thread-safe.
class CommitQueue {
 public:
  CommitQueue(std::unique_ptr<CommitLog> log, CommitQueueOptions options);
  // Writes nothing more: call Close() first to keep what nobody waited for.
  ~CommitQueue();
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  // Puts the record in the queue and gives it the next sequence. Sequences of refused commits are
  // not used again. InvalidArgument for a bad kind or size.
  [[nodiscard]] absl::StatusOr<CommitTicket> Submit(CommitRequest request);
  // Until the commit is as durable as it asked for, and applied. May be called by several threads
  // and more than once.
  [[nodiscard]] absl::Status Wait(const CommitTicket& ticket);

  // Writes and syncs all that was submitted before.
  [[nodiscard]] absl::Status Flush();
  // Syncs if the interval of some written commit is over. For those who have a timer anyway.
  [[nodiscard]] absl::Status SyncIfDue();
  // Runs `work` alone: all that was submitted before is written and applied, or refused; what comes
  // in meanwhile waits and has higher sequences than the one `work` is given. For what passes by
  // the log and has its place in the order of commits all the same (large transactions), and for
  // what begins with a new log file (a new memtable). It must not call the queue.
  // FailedPrecondition without calling it when the store is read-only or closed; else what `work`
  // returns.
  using ExclusiveWork = std::function<absl::Status(uint64_t sequence, CommitLog& log)>;
  [[nodiscard]] absl::Status Exclusive(const ExclusiveWork& work);
  // Flush(), then nothing is accepted any more. Says where the log ends.
  [[nodiscard]] absl::StatusOr<LogSeal> Close();

  [[nodiscard]] bool read_only() const { return read_only_; }
  [[nodiscard]] LogPosition position() const;
  [[nodiscard]] CommitQueueStats stats() const;
  // See CommitLog.
  [[nodiscard]] bool OfferSpare(uint64_t log_number) { return log_->OfferSpare(log_number); }

 private:
  using GroupPtr = std::shared_ptr<CommitGroup>;

  [[nodiscard]] absl::Status CheckOpen() const;
  [[nodiscard]] static absl::Status CheckRequest(const CommitRequest& request);
  // The status of the record at `index`.
  [[nodiscard]] absl::Status AwaitGroup(const GroupPtr& group, size_t index);
  // The leadership, and with it the gathering group; null if somebody has it or it is another's.
  [[nodiscard]] GroupPtr TryLead(const GroupPtr& group);
  // Waits for the leadership, whoever has it. With `sequence`, takes one behind the group's.
  [[nodiscard]] GroupPtr LeadNext(uint64_t* sequence);
  void EndLead();
  // The leader's, after EndLead() or while it goes on: the group is done.
  void Finish(CommitGroup& group, absl::Status status);
  [[nodiscard]] GroupPtr TakeGathering() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  [[nodiscard]] absl::Status WriteGroup(CommitGroup& group);
  // Records [begin, end) of it, and syncs if the group is to be durable and these are its last.
  [[nodiscard]] absl::Status AppendPart(const CommitGroup& group, size_t begin, size_t end);
  [[nodiscard]] absl::Status SyncAsWanted(const CommitGroup& group)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_mutex_);
  [[nodiscard]] absl::Status RunAlone(uint64_t* sequence, const ExclusiveWork& work);
  [[nodiscard]] absl::Status SyncLog() ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_mutex_);
  void ApplyPart(const CommitGroup& group, size_t begin, size_t end);
  [[nodiscard]] absl::Status Fail(const absl::Status& cause);

  const CommitQueueOptions options_;
  std::atomic<bool> read_only_{false};
  std::atomic<bool> closed_{false};
  base::Counter records_;
  base::Counter groups_;
  base::Counter syncs_;

  base::Mutex mutex_;
  base::ConditionVariable lead_ended_;
  GroupPtr gathering_ ABSL_GUARDED_BY(mutex_);
  GroupMemory spare_ ABSL_GUARDED_BY(mutex_);  // for the next group
  bool leading_ ABSL_GUARDED_BY(mutex_) = false;
  // Callers of LeadNext() that wait: nobody else may lead before one of them did.
  uint64_t waiting_leaders_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t next_sequence_ ABSL_GUARDED_BY(mutex_);

  // Held by the leader, or whoever syncs, while it touches the log; may take mutex_.
  mutable base::Mutex log_mutex_;
  const std::unique_ptr<CommitLog> log_;  // but for OfferSpare() under log_mutex_
  SyncDeadline deadline_;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_COMMIT_QUEUE_H_
