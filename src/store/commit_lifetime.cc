// Starting and ending commits; see the header.
#include "src/store/commit_lifetime.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/log/format.h"
#include "src/store/current_view.h"
#include "src/store/flush.h"
#include "src/store/flush_scheduler.h"
#include "src/store/obsolete_logs.h"
#include "src/store/pinned_view.h"
#include "src/store/small_commit.h"

namespace ashlar::store {
namespace {

// A group's commits were made by other threads, or long ago: their parts are asked for ahead of
// their use, one pointer after the other, each for a commit that is nearer. Before commit `next`.
void Prefetch(std::span<const log::CommittedRecord> records, size_t next) {
  constexpr size_t kStep = 3;
  const auto commit = [&](size_t steps) -> const PreparedCommit* {
    const size_t index = next + steps * kStep;
    if (index >= records.size()) return nullptr;
    return static_cast<const PreparedCommit*>(records[index].context);
  };
  const auto columns = [&](size_t steps) -> std::span<const Column> {
    const PreparedCommit* const ahead = commit(steps);
    if (ahead == nullptr) return {};
    const std::vector<Column>& all = ahead->parts.front().ops.front().batch.columns();
    constexpr size_t kMostColumns = 4;
    return std::span(all).first(std::min(all.size(), kMostColumns));
  };
  if (const PreparedCommit* const ahead = commit(4); ahead != nullptr) {
    __builtin_prefetch(ahead);
    __builtin_prefetch(reinterpret_cast<const char*>(ahead) + 64);
  }
  if (const auto some = columns(3); !some.empty()) __builtin_prefetch(some.data());
  for (const Column& column : columns(2)) {
    __builtin_prefetch(column.data().get());
    __builtin_prefetch(reinterpret_cast<const char*>(column.data().get()) + 64);
    __builtin_prefetch(reinterpret_cast<const char*>(column.data().get()) + 128);
  }
  for (const Column& column : columns(1)) __builtin_prefetch(column.data()->values.data());
}

// A log that is begun, and what is known of those before it, so that none can vanish unnoticed.
absl::Status NoteDurableLogs(manifest::Publisher& publisher,
                             const std::vector<manifest::DurableLog>& known, uint64_t number) {
  const absl::Status noted =
      publisher
          .Publish([&](const manifest::VersionSet&) -> absl::StatusOr<manifest::ManifestEdit> {
            manifest::ManifestEdit edit;
            edit.durable_logs = known;
            edit.durable_logs.push_back({number, log::format::header::kSize});
            return edit;
          })
          .status();
  // Of an unknown outcome the log may be known by now: it must stay, and nobody may try again.
  return !noted.ok() && publisher.failed() ? absl::InternalError(noted.message()) : noted;
}

// Of write buffers: a segment that is built and two on their way, of the size that rows of a
// hundred bytes make.
constexpr size_t kIdleBytes = size_t{32} << 20;

}  // namespace

absl::Status StartCommits(StoreCore& core, RecoveredLog recovered, const StoreOptions& options,
                          const Tuning& tuning) {
  core.pins[0]->SetSequence(recovered.last_sequence);
  core.first_log = recovered.next_number;
  {
    base::MutexLock lock(core.flush_mutex);
    core.oldest_kept_log = recovered.oldest_number;
  }
  const auto note_log = [publisher = core.publisher.get(), known = std::move(recovered.durable)](
                            uint64_t number) { return NoteDurableLogs(*publisher, known, number); };
  const bool repeats = !recovered.in_doubt.empty();
  ASSIGN_OR_RETURN(std::unique_ptr<log::CommitLog> commit_log,
                   log::CommitLog::Prepare(core.files, recovered.next_number,
                                           {.file_bytes = tuning.log_file_bytes, .begun = note_log},
                                           std::move(recovered.in_doubt)));
  if (repeats) {
    // On a full disk the store can still be read; the first commit tries again.
    const absl::Status repeated = commit_log->EnsureBegun();
    if (!repeated.ok() && !absl::IsResourceExhausted(repeated)) return repeated;
  }
  core.small_commits.bytes = options.small_commit_bytes;
  core.log_file_bytes = tuning.log_file_bytes;
  core.direct_above = tuning.direct_above;
  core.write_buffers = io::BufferPool::Create(tuning.write_buffer_bytes, io::kDirectAlignment,
                                              kIdleBytes / tuning.write_buffer_bytes);
  if (tuning.executor != nullptr) core.segment_writers = tuning.executor;
  base::Executor& executor = tuning.executor != nullptr ? *tuning.executor : core.flush_thread;
  core.flushes = std::make_unique<FlushScheduler>(core, executor, options.memtable_bytes);
  core.flushes->SetBytes(core.view->bytes());
  const auto apply = [&core](const log::CommittedGroup& group) {
    for (size_t i = 0; i < group.records.size(); ++i) {
      Prefetch(group.records, i);
      const log::CommittedRecord& committed = group.records[i];
      ASHLAR_CHECK_OK(ApplyCommit(*static_cast<PreparedCommit*>(committed.context),
                                  committed.record.sequence, group.log_number, *core.view));
    }
  };
  core.queue = std::make_unique<log::CommitQueue>(
      std::move(commit_log),
      log::CommitQueueOptions{
          .next_sequence = recovered.last_sequence + 1,
          .apply = apply,
          .show = [&core](uint64_t sequence,
                          uint64_t log_number) { ShowCommits(core, sequence, log_number); },
          .clock = core.clock,
          .executor = tuning.executor == nullptr ? &core.sync_thread : nullptr});
  return absl::OkStatus();
}

absl::Status CloseCommits(StoreCore& core) {
  core.flushes->Stop();
  base::MutexLock flushing(core.flush_mutex);
  ASSIGN_OR_RETURN(const log::LogSeal seal, core.queue->Close());
  core.view->SealAll();
  const bool logged = seal.number != 0 || !core.view->current()->memtables.empty();
  if (!logged) return absl::OkStatus();
  const uint64_t next_log = core.queue->position().number + (seal.number != 0 ? 1 : 0);
  const PinnedView pinned = PinCurrent(core);
  RETURN_IF_ERROR(FlushSealed(core, *pinned.view, next_log));
  return RemoveLogs(core);
}

}  // namespace ashlar::store
