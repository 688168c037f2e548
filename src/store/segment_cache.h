// SegmentCache: the segment files of a store that are open.
//
// Owns: opening a file once, keeping it open while it is in use or was used lately, and giving out
// readers. Does not own: which files exist. Outlives the store as long as a dataset or view needs
// it. Thread-safe.
#ifndef ASHLAR_SRC_STORE_SEGMENT_CACHE_H_
#define ASHLAR_SRC_STORE_SEGMENT_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "src/base/clock.h"
#include "src/base/executor.h"
#include "src/base/mutex.h"
#include "src/io/file_system.h"
#include "src/manifest/manifest.h"
#include "src/segment/read_stats.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_reader.h"
#include "src/store/bounds_cache.h"
#include "src/store/key_directories.h"
#include "src/store/segment_keys.h"

namespace ashlar::store {

// Maps per process are limited (65,530 by default); what is evicted stays mapped while views use
// it.
inline constexpr size_t kMaxCachedSegments = 16384;

class DatasetKeys;

class SegmentCache : public std::enable_shared_from_this<SegmentCache> {
 public:
  SegmentCache(std::shared_ptr<io::FileSystem> files, std::shared_ptr<segment::ReadStats> stats);

  // The file of `meta`. A file that vanished is FailedPrecondition "snapshot too old" in a
  // read-only store, whose writer may have removed it, and DataLoss otherwise.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<segment::SegmentFile>> Open(
      const manifest::SegmentMeta& meta);
  // While a file is being written, whoever opens it waits for the end; after an error of the write
  // they have it too, until the file is forgotten.
  void BeginWrite(uint64_t file_id);
  void EndWrite(uint64_t file_id, const absl::Status& written);
  // The writer's own first look at what it wrote; does not wait.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<segment::SegmentFile>> OpenWritten(
      const manifest::SegmentMeta& meta);
  // A reader of the segment; its references are opened when they are read.
  [[nodiscard]] absl::StatusOr<segment::SegmentReader> OpenReader(
      const std::shared_ptr<const manifest::SegmentMeta>& meta);
  // The keys of a keyed segment, opened once while they are in use or were used lately.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const SegmentKeys>> OpenKeys(
      const std::shared_ptr<const manifest::SegmentMeta>& meta,
      const std::vector<Field>& key_fields);
  // The keys of a keyed dataset at one version, the same object while that version is asked for;
  // the cache outlives it.
  [[nodiscard]] std::shared_ptr<const DatasetKeys> KeysOf(
      const std::shared_ptr<const manifest::DatasetState>& state);
  // Opens the files that the segment's chunk table refers to, as far as the manifest names them.
  [[nodiscard]] segment::FileProvider ProviderFor(
      const std::shared_ptr<const manifest::SegmentMeta>& meta);
  // Forgets a file that was removed.
  void Forget(uint64_t file_id);

  [[nodiscard]] const std::shared_ptr<segment::ReadStats>& read_stats() const { return stats_; }
  [[nodiscard]] io::FileSystem& files() const { return *files_; }
  // What queries on this store's files use.
  [[nodiscard]] BoundsCache& bounds() { return bounds_; }
  // None, until they are given memory.
  [[nodiscard]] KeyDirectories& directories() { return directories_; }
  [[nodiscard]] base::Executor& executor() const { return *executor_; }
  [[nodiscard]] base::Clock& clock() const { return *clock_; }
  // Both outlive the cache; before the first query.
  void set_executor(base::Executor* executor) { executor_ = executor; }
  void set_clock(base::Clock* clock) { clock_ = clock; }
  // Another process may write from now on, and remove files that no retained version needs.
  void set_read_only() { read_only_ = true; }

 private:
  struct Write {
    bool ended = false;
    absl::Status status;
  };
  struct Entry {
    std::shared_ptr<segment::SegmentFile> file;
    std::list<uint64_t>::iterator position;
  };
  [[nodiscard]] absl::Status WhyUnreadable(const manifest::SegmentMeta& meta,
                                           const absl::Status& opened);
  [[nodiscard]] std::shared_ptr<segment::SegmentFile> Find(const segment::FileIdentity& identity);
  void Insert(std::shared_ptr<segment::SegmentFile> file);
  [[nodiscard]] absl::Status AwaitWrite(uint64_t file_id);
  [[nodiscard]] std::shared_ptr<const SegmentKeys> FindKeys(uint64_t file_id);
  void ForgetKeys(uint64_t file_id);

  const std::shared_ptr<io::FileSystem> files_;
  const std::shared_ptr<segment::ReadStats> stats_;
  BoundsCache bounds_;
  KeyDirectories directories_;
  base::Executor* executor_ = &base::ProcessExecutor();
  base::Clock* clock_ = base::SystemClock();
  std::atomic<bool> read_only_{false};
  base::Mutex mutex_;
  absl::flat_hash_map<uint64_t, Entry> open_ ABSL_GUARDED_BY(mutex_);
  base::ConditionVariable write_ended_;
  absl::flat_hash_map<uint64_t, Write> writes_ ABSL_GUARDED_BY(mutex_);  // that go on or failed
  std::list<uint64_t> recent_ ABSL_GUARDED_BY(mutex_);                   // most recently used first
  absl::flat_hash_map<uint64_t, std::shared_ptr<const SegmentKeys>> keys_ ABSL_GUARDED_BY(mutex_);
  // By dataset id, of the version that was asked for last.
  absl::flat_hash_map<uint64_t, std::shared_ptr<const DatasetKeys>> dataset_keys_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_CACHE_H_
