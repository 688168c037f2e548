// StoreCore: the parts of one open store, shared by its handle and its transactions.
//
// Owns: wiring, nothing else: each part keeps its own rules. Does not own: behaviour; see
// open_store.h, commit.h, garbage.h, history.h.
#ifndef ASHLAR_SRC_STORE_STORE_CORE_H_
#define ASHLAR_SRC_STORE_STORE_CORE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "ashlar/options.h"
#include "ashlar/status_macros.h"
#include "src/base/clock.h"
#include "src/base/executor.h"
#include "src/base/mutex.h"
#include "src/base/process.h"
#include "src/io/buffer_pool.h"
#include "src/io/file_system.h"
#include "src/log/commit_queue.h"
#include "src/manifest/publisher.h"
#include "src/store/current_view.h"
#include "src/store/dataset_claims.h"
#include "src/store/reader_registry.h"
#include "src/store/reuse_index.h"
#include "src/store/segment_cache.h"
#include "src/store/snapshot_pins.h"
#include "src/store/write_behind.h"

namespace ashlar::store {

class FlushScheduler;

// What a transaction may hold and still be a small one, which goes through the commit log.
struct SmallCommitLimits {
  uint64_t bytes = 0;  // 0: none does
  int64_t rows = 8192;
};

struct StoreCore {
  StoreCore();
  ~StoreCore();

  std::shared_ptr<io::FileSystem> files;
  AccessMode mode = AccessMode::kReadWrite;
  base::Clock* clock = nullptr;
  const base::ProcessMark process;  // that opened the store
  std::shared_ptr<SegmentCache> cache;
  SnapshotPins::Shares pins;
  uint64_t open_microseconds = 0;

  std::unique_ptr<CurrentView> view;

  // Read-write only.
  std::unique_ptr<manifest::Publisher> publisher;
  std::shared_ptr<ReuseIndex> reuse;
  DatasetClaims claims;
  std::atomic<uint64_t> next_segment_id{1};
  std::atomic<uint64_t> commits{0};
  std::atomic<bool> closed{false};
  SmallCommitLimits small_commits;
  uint64_t log_file_bytes = 0;
  uint64_t first_log = 0;  // that this process may write
  // The manifest was found after an unclean end, and may stand in the page cache alone: nothing is
  // removed on its strength.
  std::atomic<bool> unproven{false};

  // Of segments that are written while the next one is built: as many as may be on their way.
  base::LazyPool segment_threads{WriteBehind::kMaxInFlight};
  base::Executor* segment_writers = &segment_threads;
  std::shared_ptr<io::BufferPool> write_buffers;
  uint64_t direct_above = 0;

  // One flush at a time. Taken before the lead of the commit queue.
  base::Mutex flush_mutex;
  uint64_t oldest_kept_log ABSL_GUARDED_BY(flush_mutex) = 1;  // below: recycled or removed
  // One thread each, started when it is needed: a wait for a deadline keeps it busy.
  base::LazyPool flush_thread;
  base::LazyPool sync_thread;
  std::unique_ptr<FlushScheduler> flushes;
  // One compaction at a time: two would write the same rows.
  base::Mutex compact_mutex;
  std::unique_ptr<log::CommitQueue> queue;

  // What this process reads, for other processes to know: of a reader from the start, of a writer
  // once it gives up its lock.
  std::shared_ptr<ReaderRegistrations> registrations = std::make_shared<ReaderRegistrations>();
  base::Mutex refresh_mutex;

  base::Mutex mutex;
  std::unique_ptr<io::FileLock> lock ABSL_GUARDED_BY(mutex);  // the writer's
  std::shared_ptr<const manifest::VersionSet> read_only_set ABSL_GUARDED_BY(mutex);
  uint64_t read_only_manifest ABSL_GUARDED_BY(mutex) = 0;
  // Garbage that a transaction still pinned when it was found.
  std::vector<uint64_t> deferred_garbage ABSL_GUARDED_BY(mutex);
  // Files whose segments have moved to others, or were compacted, as long as somebody may still
  // read them.
  std::vector<uint64_t> replaced_files ABSL_GUARDED_BY(mutex);

  [[nodiscard]] std::shared_ptr<const manifest::VersionSet> current() {
    if (publisher != nullptr) return publisher->current();
    base::MutexLock hold(mutex);
    return read_only_set;
  }
  // FailedPrecondition for a writer in a child of fork(): its files are the parent's to write, its
  // threads are not there, and whatever they had locked stays so.
  [[nodiscard]] absl::Status CheckProcess() const {
    if (mode == AccessMode::kReadOnly || !process.InChild()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "the store was opened for writing before fork(): only the parent may write to it");
  }
  // FailedPrecondition for a store that is read-only, closed or a parent's.
  [[nodiscard]] absl::Status CheckWritable() const {
    RETURN_IF_ERROR(CheckProcess());
    if (mode == AccessMode::kReadOnly) {
      return absl::FailedPreconditionError("the store is open for reading only");
    }
    if (closed) return absl::FailedPreconditionError("the store is closed");
    if ((publisher != nullptr && publisher->failed()) || (queue != nullptr && queue->read_only())) {
      return absl::FailedPreconditionError(
          "the store is read-only since a write failed in an unknown state; reopen it");
    }
    return absl::OkStatus();
  }
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_STORE_CORE_H_
