// What a Dataset handle holds: a dataset's state at one version, its rows in memory, the way to its
// files, and a pin that keeps them from being collected while the handle or a reader made from it
// lives.
#ifndef ASHLAR_SRC_STORE_DATASET_IMPL_H_
#define ASHLAR_SRC_STORE_DATASET_IMPL_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/snapshot.h"
#include "src/manifest/manifest.h"
#include "src/store/dataset_keys.h"
#include "src/store/memory_rows.h"
#include "src/store/segment_cache.h"
#include "src/store/store_view.h"

namespace ashlar {

namespace store {
class DatasetReads;
}  // namespace store

struct Dataset::Impl {
  std::shared_ptr<const manifest::DatasetState> state;
  std::shared_ptr<store::SegmentCache> cache;
  std::shared_ptr<const void> pin;                  // null: someone else keeps the files
  std::shared_ptr<const store::DatasetKeys> keys;   // of keyed datasets
  std::shared_ptr<const store::MemoryRows> memory;  // null: none
  std::shared_ptr<store::DatasetReads> reads;       // of a transaction that must prove them

  // The state with those rows dead that memory supersedes: what scans read of segments.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const manifest::DatasetState>> LiveSegments() const {
    if (memory == nullptr) return state;
    return memory->Segments();
  }
};

namespace store {

// Without a pin, and without rows in memory.
[[nodiscard]] Dataset MakeDataset(std::shared_ptr<const manifest::DatasetState> state,
                                  std::shared_ptr<SegmentCache> cache);
// With those of `view` up to `sequence`.
[[nodiscard]] Dataset MakeDataset(std::shared_ptr<const manifest::DatasetState> state,
                                  const StoreView& view, uint64_t sequence,
                                  std::shared_ptr<SegmentCache> cache);
// `below` with one more layer of rows in memory on top.
[[nodiscard]] Dataset WithLayer(const Dataset::Impl& below, MemoryLayer layer);

// FailedPrecondition names a dataset without a key.
[[nodiscard]] absl::Status CheckKeyed(const Dataset::Impl& dataset);

}  // namespace store
}  // namespace ashlar

#endif  // ASHLAR_SRC_STORE_DATASET_IMPL_H_
