// MemoryRows: the rows in memory that one dataset handle sees, above those of its segments.
//
// Owns: layers of memtables, each at a sequence; which of them has a key's newest version; which
// rows of older layers and of segments newer layers supersede. Does not own: memtables
// (log/memtable.h) or segments. The layers are the memtables that are not flushed, and within a
// transaction one more, of its own writes.
//
// A get asks the layers, newest first. A scan reads every layer and every segment alone, with masks
// that are made at the first scan of the handle.
#ifndef ASHLAR_SRC_STORE_MEMORY_ROWS_H_
#define ASHLAR_SRC_STORE_MEMORY_ROWS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "ashlar/row_ref.h"
#include "src/base/limits.h"
#include "src/base/mutex.h"
#include "src/log/memtable_view.h"
#include "src/manifest/manifest.h"
#include "src/store/dataset_keys.h"
#include "src/store/memory_run.h"
#include "src/store/pending_deaths.h"

namespace ashlar::store {

struct MemoryLayer {
  std::shared_ptr<const log::Memtable> memtable;
  std::shared_ptr<PendingDeaths> deaths;  // null in ordered datasets
  uint64_t sequence = 0;                  // up to which it is seen
};

// A layer as scans see it: rows that newer layers supersede are dead, too.
class LayerView {
 public:
  explicit LayerView(log::MemtableView view) : view_(std::move(view)) {}

  [[nodiscard]] const log::MemtableView& view() const { return view_; }
  [[nodiscard]] bool has_dead_rows(size_t chunk) const {
    return view_.has_dead_rows(chunk) || !superseded_.empty();
  }
  [[nodiscard]] log::LiveMask LiveRows(size_t chunk, int64_t zone) const;
  // Rows of the chunk that are alive.
  [[nodiscard]] std::vector<uint32_t> LiveRowsOf(size_t chunk) const;
  [[nodiscard]] uint64_t CountLiveRows() const;
  // Of every row that this layer has of the keys of a newer one.
  void Supersede(const log::MemtableView& newer);
  [[nodiscard]] bool IsSuperseded(int64_t position) const {
    return !superseded_.empty() &&
           (superseded_[static_cast<size_t>(position) / 64] >> (position % 64) & 1) != 0;
  }

 private:
  log::MemtableView view_;
  std::vector<uint64_t> superseded_;  // a bit a position; empty: none
};

// Thread-safe.
class MemoryRows {
 public:
  // At least one layer, oldest first. `keys` is null in ordered datasets.
  MemoryRows(std::shared_ptr<const manifest::DatasetState> state,
             std::shared_ptr<const DatasetKeys> keys, std::vector<MemoryLayer> layers);

  struct Hit {
    log::MemtableHit::Kind kind = log::MemtableHit::Kind::kAbsent;
    size_t layer = 0;
    uint32_t row = 0;  // of the layer's memtable
    uint64_t sequence = 0;
  };
  // What the newest layer that knows the key knows of it.
  [[nodiscard]] Hit Find(std::string_view key, uint64_t hash) const;
  // The rows around one that was found, and where among them it is. As long-lived as this.
  [[nodiscard]] const RowSource& OpenRows(const Hit& hit, int64_t* row) const;

  // The layers, oldest first; made at the first call.
  [[nodiscard]] const std::vector<LayerView>& views() const;
  // The dataset's state with the rows dead that the layers supersede. All segments stay, also those
  // without a live row.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const manifest::DatasetState>> Segments() const;
  // The live rows of each layer by key, for ordered reads; made at the first call.
  [[nodiscard]] std::vector<std::shared_ptr<const SortedMemory>> Sorted() const;
  [[nodiscard]] const std::vector<MemoryLayer>& layers() const { return layers_; }

 private:
  const std::shared_ptr<const manifest::DatasetState> state_;
  const std::shared_ptr<const DatasetKeys> keys_;
  const std::vector<MemoryLayer> layers_;
  mutable std::atomic<const std::vector<LayerView>*> ready_{nullptr};  // once they are made
  mutable base::Mutex mutex_;
  mutable std::unique_ptr<std::vector<LayerView>> views_ ABSL_GUARDED_BY(mutex_);
  // By layer, then by chunk; null until somebody asked. What they point to is in `owned_`.
  mutable std::vector<std::vector<std::atomic<const RowSource*>>> open_;
  mutable std::vector<std::shared_ptr<const RowSource>> owned_ ABSL_GUARDED_BY(mutex_);
  mutable std::shared_ptr<const manifest::DatasetState> segments_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<std::shared_ptr<const SortedMemory>> sorted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_MEMORY_ROWS_H_
