// ReuseIndex: contents of the store that new segments may reuse, and the files that must stay for
// it.
//
// Owns: the digest index under a lock, and pins: a file that an open transaction has written, or
// looked up for reuse, cannot be collected until its FilePins are gone. Looking up and pinning are
// one step, and so are collecting and forgetting; that is the whole point of this class. Does not
// own: which files are garbage (garbage.h). Thread-safe.
#ifndef ASHLAR_SRC_STORE_REUSE_INDEX_H_
#define ASHLAR_SRC_STORE_REUSE_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "src/base/mutex.h"
#include "src/manifest/digest_index.h"
#include "src/manifest/manifest.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {

class ReuseIndex;

// The files that one transaction needs. Used by one thread; released on destruction.
class FilePins {
 public:
  explicit FilePins(std::shared_ptr<ReuseIndex> index) : index_(std::move(index)) {}
  FilePins(FilePins&&) = default;
  FilePins& operator=(FilePins&&) = delete;
  ~FilePins();
  // A file of this transaction's own, about to be created.
  void Pin(uint64_t file_id);

 private:
  friend class ReuseIndex;
  std::shared_ptr<ReuseIndex> index_;
  absl::flat_hash_set<uint64_t> files_;
};

struct NewSegment {
  std::shared_ptr<const manifest::SegmentMeta> meta;
  std::vector<manifest::HeldChunk> chunks;
};

class ReuseIndex {
 public:
  using VersionSource = std::function<std::shared_ptr<const manifest::VersionSet>()>;

  ReuseIndex(std::shared_ptr<SegmentCache> cache, VersionSource source);

  // Equal content, its file proven to open and pinned with all that it refers to; null when
  // unknown.
  [[nodiscard]] std::shared_ptr<const manifest::SegmentMeta> FindSegment(const base::Digest& digest,
                                                                         uint64_t rows,
                                                                         FilePins* pins);
  // An equal chunk, its holder pinned.
  [[nodiscard]] std::optional<manifest::KnownChunk> FindChunk(const base::Digest& digest,
                                                              uint64_t rows, FilePins* pins);
  // After publication, while the segments' files are still pinned.
  void AddPublished(std::span<const NewSegment> segments);

  // Of `candidates`, those that no transaction pins, forgotten from the index.
  [[nodiscard]] std::vector<uint64_t> ForgetUnpinned(std::span<const uint64_t> candidates);

 private:
  friend class FilePins;
  void Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LoadChunks(const std::shared_ptr<const manifest::SegmentMeta>& holder)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PinLocked(uint64_t file_id, FilePins* pins) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release(const absl::flat_hash_set<uint64_t>& files);

  const std::shared_ptr<SegmentCache> cache_;
  const VersionSource source_;
  base::Mutex mutex_;
  bool segments_loaded_ ABSL_GUARDED_BY(mutex_) = false;
  bool chunks_loaded_ ABSL_GUARDED_BY(mutex_) = false;
  manifest::DigestIndex index_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, uint64_t> pins_ ABSL_GUARDED_BY(mutex_);  // file → transactions
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_REUSE_INDEX_H_
