// SnapshotPins: which views of the store are pinned by snapshots of this process.
//
// Owns: the pointer and the sequence that a new snapshot takes, and the pin counts of every view.
// Does not own: making views (current_view.h) or reader processes (reader_registry.h).
//
// Why not std::atomic<std::shared_ptr>: its single count is a cache line that every reader writes.
// Here each thread counts on its own stripe. A reader adds one to its stripe of the current slot
// and looks again: if the slot is still current it is pinned, for whoever retires a slot first
// makes another one current and only then reads the counts (both sequentially consistent). Slots
// are recycled but never freed while a snapshot or the store lives, so a late reader only ever
// touches counts. The sequence is read in between: as the view is still current afterwards, it has
// the memtables of all commits up to there.
#ifndef ASHLAR_SRC_STORE_SNAPSHOT_PINS_H_
#define ASHLAR_SRC_STORE_SNAPSHOT_PINS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "ashlar/snapshot.h"
#include "src/base/mutex.h"
#include "src/store/store_view.h"

namespace ashlar {

inline constexpr size_t kSnapshotStripes = 16;

struct SnapshotSlot {
  struct alignas(64) Count {
    std::atomic<int64_t> pins{0};
    std::atomic<int64_t> of_datasets{0};  // pins that dataset handles hold, for the statistics
  };
  std::array<Count, kSnapshotStripes> counts;
  std::shared_ptr<const store::StoreView> view;  // written only while nobody can pin the slot

  [[nodiscard]] int64_t pins() const;
};

class SnapshotPins {
 public:
  // The handle of a dataset of `view`, which sees its rows in memory up to `sequence`.
  using DatasetFactory = std::function<Dataset(std::shared_ptr<const manifest::DatasetState> state,
                                               const store::StoreView& view, uint64_t sequence)>;
  // One share of the same object a stripe, each with a count of its own.
  using Shares = std::array<std::shared_ptr<SnapshotPins>, kSnapshotStripes>;

  [[nodiscard]] static Shares Make(std::shared_ptr<const store::StoreView> current,
                                   DatasetFactory make_dataset);

  // Pins the current view. Wait-free but for a retry when a publication falls in between.
  [[nodiscard]] static Snapshot Take(const Shares& shares);
  // Pins any version, without rows in memory.
  [[nodiscard]] static Snapshot TakeVersion(const Shares& shares,
                                            std::shared_ptr<const manifest::Manifest> version);

  [[nodiscard]] static const store::StoreView& ViewOf(const Snapshot& snapshot) {
    return *snapshot.slot_->view;
  }

  // A share of the snapshot's version that dataset handles hold; no snapshot in the statistics.
  [[nodiscard]] static std::shared_ptr<const void> PinForDataset(const Snapshot& snapshot);

  void SetCurrent(std::shared_ptr<const store::StoreView> current);
  // Commits up to `sequence` are in the memtables of the current view.
  void SetSequence(uint64_t sequence) { sequence_.store(sequence, std::memory_order_seq_cst); }
  [[nodiscard]] uint64_t sequence() const { return sequence_.load(std::memory_order_seq_cst); }
  // Versions that snapshots and datasets pin now, and the one that they would take, ascending.
  [[nodiscard]] std::vector<std::shared_ptr<const manifest::Manifest>> PinnedVersions();
  [[nodiscard]] uint64_t snapshots();              // without the pins of dataset handles
  [[nodiscard]] uint64_t oldest_pinned_version();  // 0: none
  [[nodiscard]] const DatasetFactory& dataset_factory() const { return make_dataset_; }

  SnapshotPins(std::shared_ptr<const store::StoreView> current, DatasetFactory make_dataset);

 private:
  SnapshotSlot* FreeSlot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Recycle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const DatasetFactory make_dataset_;
  alignas(64) std::atomic<SnapshotSlot*> current_;
  std::atomic<uint64_t> sequence_{0};
  alignas(64) base::Mutex mutex_;
  std::deque<SnapshotSlot> slots_ ABSL_GUARDED_BY(mutex_);  // addresses are stable
};

}  // namespace ashlar

#endif  // ASHLAR_SRC_STORE_SNAPSHOT_PINS_H_
