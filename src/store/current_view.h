// CurrentView: the one value that new snapshots see, and how the next one comes about.
//
// Owns: the memtables that get rows, and publishing a new view when a manifest is published or a
// memtable begins. Does not own: the rows of commits (small_commit.h), when to flush (flush.h),
// manifests (manifest/publisher.h) or pins (snapshot_pins.h).
//
// What a manifest has flushed leaves memory by itself: a sealed memtable whose last row is not
// above the dataset's flushed_up_to, and those of dropped datasets, are not in the view with that
// manifest.
#ifndef ASHLAR_SRC_STORE_CURRENT_VIEW_H_
#define ASHLAR_SRC_STORE_CURRENT_VIEW_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "src/base/mutex.h"
#include "src/columnar/key_codec.h"
#include "src/log/memtable.h"
#include "src/manifest/manifest.h"
#include "src/store/store_view.h"

namespace ashlar::store {

// The memtable of a dataset that gets rows, and what its writer needs beside it.
struct WritableRows {
  std::shared_ptr<log::Memtable> memtable;
  std::optional<columnar::KeyCodec> codec;     // of keyed datasets
  std::vector<log::MemtableBatch> steps = {};  // of a commit; their memory serves again
  uint64_t counted_bytes = 0;
};

// Thread-safe, but for what is the leader's: it has the lead of the commit queue, or nobody commits
// yet.
class CurrentView {
 public:
  using Publish = std::function<void(std::shared_ptr<const StoreView>)>;
  CurrentView(std::shared_ptr<const manifest::Manifest> manifest, Publish publish);

  [[nodiscard]] std::shared_ptr<const StoreView> current() const;
  // Under the publication lock of manifests.
  void SetManifest(std::shared_ptr<const manifest::Manifest> manifest);

  // The leader's. Where the dataset's next rows go, which are in log `log_number`. Good until the
  // next seal.
  [[nodiscard]] WritableRows& Writable(const manifest::DatasetState& dataset, uint64_t log_number);
  // The leader's, after rows were put there: counts what they took.
  void Count(WritableRows& rows);
  // Of all memtables of the view, as far as they were counted.
  [[nodiscard]] uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // The leader's, before a commit puts rows of several datasets there: these become segments in one
  // edit, for a version has all that a commit wrote or nothing.
  void NoteShared(uint64_t sequence) { last_shared_.store(sequence, std::memory_order_relaxed); }
  // The last such commit.
  [[nodiscard]] uint64_t last_shared() const {
    return last_shared_.load(std::memory_order_relaxed);
  }
  // The leader's. No more rows for the memtables that there are, or for that of one dataset.
  void SealAll();
  void Seal(uint64_t dataset_id);

 private:
  void SetView(std::shared_ptr<const StoreView> view) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Publish publish_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const StoreView> view_ ABSL_GUARDED_BY(mutex_);
  // The leader's alone; by dataset id.
  std::map<uint64_t, WritableRows> writable_;
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> last_shared_{0};
};

// The oldest commit log that has rows of the view's memtables; `otherwise` when there are none.
[[nodiscard]] uint64_t OldestLogOf(const StoreView& view, uint64_t otherwise);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_CURRENT_VIEW_H_
