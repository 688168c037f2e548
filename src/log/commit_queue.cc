// Gathering, leading and finishing groups of commits. See commit_queue.h.
#include "src/log/commit_queue.h"

#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::log {
namespace {

// Memory of a group that is kept for the next one.
constexpr size_t kMostSpareBytes = size_t{4} << 20;

}  // namespace

CommitQueue::CommitQueue(std::unique_ptr<CommitLog> log, CommitQueueOptions options)
    : options_(std::move(options)),
      gathering_(std::make_shared<CommitGroup>()),
      next_sequence_(options_.next_sequence),
      log_(std::move(log)),
      // An error stays: whoever commits next is told.
      deadline_(options_.clock, options_.executor, [this] { SyncIfDue().IgnoreError(); }) {
  ASHLAR_CHECK(log_ != nullptr && options_.apply != nullptr && options_.next_sequence > 0);
  ASHLAR_CHECK(options_.max_group_bytes <= format::kMaxPayloadBytes / 2);
}

CommitQueue::~CommitQueue() {
  deadline_.Stop();
  base::MutexLock lock(mutex_);
  ASHLAR_CHECK(!leading_ && waiting_leaders_ == 0);
}

absl::Status CommitQueue::CheckOpen() const {
  if (closed_) return absl::FailedPreconditionError("the commit queue is closed");
  if (read_only_) {
    return absl::FailedPreconditionError(
        "the store is read-only since a write failed in an unknown state; reopen it");
  }
  return absl::OkStatus();
}

absl::Status CommitQueue::CheckRequest(const CommitRequest& request) {
  if (request.kind == 0) return absl::InvalidArgumentError("a commit of kind 0");
  if (request.body.size() <= format::kMaxBodyBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat("a commit of ", request.body.size(),
                                                 " bytes, more than ", format::kMaxBodyBytes));
}

absl::StatusOr<CommitTicket> CommitQueue::Submit(CommitRequest request) {
  RETURN_IF_ERROR(CheckRequest(request));
  std::optional<std::chrono::nanoseconds> due;
  if (request.durability.kind == LogDurability::Kind::kGroup) {
    due = deadline_.After(request.durability.interval);
  }
  while (true) {
    RETURN_IF_ERROR(CheckOpen());
    GroupPtr full;
    {
      base::MutexLock lock(mutex_);
      if (gathering_->empty() ||
          gathering_->bytes() + request.body.size() <= options_.max_group_bytes) {
        const uint64_t sequence = next_sequence_++;
        gathering_->Add(sequence, std::move(request), due);
        // Perhaps nobody will wait for it.
        if (due.has_value()) deadline_.Set(*due);
        return CommitTicket(gathering_, gathering_->size() - 1, sequence);
      }
      full = gathering_;
    }
    // What becomes of it is for those who wait for it.
    AwaitGroup(full, 0).IgnoreError();
  }
}

absl::Status CommitQueue::Wait(const CommitTicket& ticket) {
  return AwaitGroup(ticket.group_, ticket.index_);
}

absl::Status CommitQueue::AwaitGroup(const GroupPtr& group, size_t index) {
  absl::Status status;
  while (true) {
    if (!group->done()) {
      if (const GroupPtr mine = TryLead(group); mine != nullptr) {
        absl::Status written = WriteGroup(*mine);
        // The next leader first: it has the longer way to go.
        EndLead();
        Finish(*mine, std::move(written));
      }
    }
    if (group->AwaitChange(index, &status)) return status;
  }
}

CommitQueue::GroupPtr CommitQueue::TryLead(const GroupPtr& group) {
  base::MutexLock lock(mutex_);
  if (leading_ || waiting_leaders_ > 0 || group != gathering_) return nullptr;
  leading_ = true;
  return TakeGathering();
}

CommitQueue::GroupPtr CommitQueue::LeadNext(uint64_t* sequence) {
  base::MutexLock lock(mutex_);
  ++waiting_leaders_;
  while (leading_) lead_ended_.Wait(mutex_);
  --waiting_leaders_;
  leading_ = true;
  if (sequence != nullptr) *sequence = next_sequence_++;
  return TakeGathering();
}

CommitQueue::GroupPtr CommitQueue::TakeGathering() {
  return std::exchange(gathering_, std::make_shared<CommitGroup>(std::exchange(spare_, {})));
}

void CommitQueue::Finish(CommitGroup& group, absl::Status status) {
  GroupMemory memory = group.Finish(std::move(status));
  if (memory.bodies.capacity() > kMostSpareBytes) return;
  base::MutexLock lock(mutex_);
  if (spare_.bodies.capacity() < memory.bodies.capacity()) std::swap(spare_, memory);
}

void CommitQueue::EndLead() {
  GroupPtr next;
  {
    base::MutexLock lock(mutex_);
    ASHLAR_CHECK(leading_);
    leading_ = false;
    if (waiting_leaders_ > 0) {
      lead_ended_.NotifyOne();
    } else if (!gathering_->empty()) {
      next = gathering_;
    }
  }
  if (next != nullptr) next->InviteLeader();
}

// Of a group that was taken from the queue; the caller leads.
absl::Status CommitQueue::WriteGroup(CommitGroup& group) {
  if (group.empty()) return absl::OkStatus();
  size_t begin = 0;  // of the records that are not written yet
  absl::Status written;
  for (size_t i = 0; i < group.size() && written.ok(); ++i) {
    if (!group.has_check(i)) continue;
    // It must see what stands before it.
    written = AppendPart(group, begin, i);
    if (!written.ok()) break;
    ApplyPart(group, begin, i);
    begin = i;
    absl::Status check = group.Check(i);
    if (check.ok()) continue;
    group.Refuse(i, std::move(check));
    ++begin;
  }
  if (written.ok()) written = AppendPart(group, begin, group.size());
  if (written.ok()) {
    ApplyPart(group, begin, group.size());
  } else if (read_only_ || begin == 0) {
    return written;
  } else {
    // There was no space for the rest. What was written before it must become durable.
    for (size_t i = begin; i < group.size(); ++i) group.Refuse(i, written);
    base::MutexLock lock(log_mutex_);
    RETURN_IF_ERROR(SyncAsWanted(group));
  }
  if (options_.show != nullptr) {
    options_.show(group.record(group.size() - 1).sequence, position().number);
  }
  return absl::OkStatus();
}

absl::Status CommitQueue::AppendPart(const CommitGroup& group, size_t begin, size_t end) {
  base::MutexLock lock(log_mutex_);
  RETURN_IF_ERROR(CheckOpen());
  const bool last = end == group.size();
  if (begin < end) {
    std::vector<LogRecord> records;
    records.reserve(end - begin);
    for (size_t i = begin; i < end; ++i) records.push_back(group.record(i));
    const bool waits = last && (group.wants_sync() || group.due().has_value());
    const absl::Status appended =
        log_->Append(records, waits ? SyncDue::kSoon : SyncDue::kSomeTime);
    if (!appended.ok()) return Fail(appended);
    records_.Add(records.size());
    groups_.Increment();
  }
  return last ? SyncAsWanted(group) : absl::OkStatus();
}

absl::Status CommitQueue::SyncAsWanted(const CommitGroup& group) {
  if (group.wants_sync() || deadline_.IsOver()) return SyncLog();
  if (group.due().has_value()) deadline_.Set(*group.due());
  return absl::OkStatus();
}

absl::Status CommitQueue::SyncLog() {
  const LogPosition before = log_->position();
  const absl::Status synced = log_->Sync();
  deadline_.Clear();
  if (!synced.ok()) return Fail(synced);
  if (before.synced_bytes < before.written_bytes) syncs_.Increment();
  base::MutexLock lock(mutex_);
  // Of what is not written yet.
  if (gathering_->due().has_value()) deadline_.Set(*gathering_->due());
  return absl::OkStatus();
}

void CommitQueue::ApplyPart(const CommitGroup& group, size_t begin, size_t end) {
  if (begin == end) return;
  std::vector<CommittedRecord> committed;
  committed.reserve(end - begin);
  for (size_t i = begin; i < end; ++i) committed.push_back({group.record(i), group.context(i)});
  options_.apply({committed, position().number});
}

absl::Status CommitQueue::Fail(const absl::Status& cause) {
  if (absl::IsResourceExhausted(cause) || absl::IsInvalidArgument(cause)) return cause;
  read_only_ = true;
  return absl::Status(
      cause.code(), base::StrCat("outcome unknown, the store is read-only now: ", cause.message()));
}

absl::Status CommitQueue::Flush() {
  return RunAlone(nullptr, [this](uint64_t, CommitLog&) {
    base::MutexLock lock(log_mutex_);
    return SyncLog();
  });
}

absl::Status CommitQueue::Exclusive(const ExclusiveWork& work) {
  uint64_t sequence = 0;
  return RunAlone(&sequence, [this, &work](uint64_t given, CommitLog& log) {
    base::MutexLock lock(log_mutex_);
    absl::Status done = work(given, log);
    if (log.failed()) read_only_ = true;
    return done;
  });
}

absl::Status CommitQueue::RunAlone(uint64_t* sequence, const ExclusiveWork& work) {
  RETURN_IF_ERROR(CheckOpen());
  const GroupPtr before = LeadNext(sequence);
  Finish(*before, WriteGroup(*before));
  absl::Status status = CheckOpen();
  if (status.ok()) status = work(sequence == nullptr ? 0 : *sequence, *log_);
  EndLead();
  return status;
}

absl::StatusOr<LogSeal> CommitQueue::Close() {
  absl::StatusOr<LogSeal> seal = LogSeal{};
  RETURN_IF_ERROR(RunAlone(nullptr, [this, &seal](uint64_t, CommitLog& log) {
    base::MutexLock lock(log_mutex_);
    closed_ = true;
    deadline_.Clear();
    seal = log.Close();
    return absl::OkStatus();
  }));
  return seal;
}

absl::Status CommitQueue::SyncIfDue() {
  if (!CheckOpen().ok()) {
    deadline_.Clear();  // Nothing will be synced any more.
    return absl::OkStatus();
  }
  if (!deadline_.IsOver()) return absl::OkStatus();
  absl::Status flushed = Flush();
  if (!flushed.ok()) deadline_.Clear();
  return flushed;
}

LogPosition CommitQueue::position() const {
  base::MutexLock lock(log_mutex_);
  return log_->position();
}

CommitQueueStats CommitQueue::stats() const {
  base::MutexLock lock(log_mutex_);
  return {records_.value(), groups_.value(), syncs_.value(), log_->bytes_written()};
}

}  // namespace ashlar::log
