// DatasetChange: what a transaction, or a flush, does to one dataset, as segments.
//
// Owns: the change and what it makes of a dataset that others may have changed meanwhile. Does not
// own: writing its segments (ingest.h, keyed_write.h), nor the edit that publishes it
// (content_edit.h).
#ifndef ASHLAR_SRC_STORE_DATASET_CHANGE_H_
#define ASHLAR_SRC_STORE_DATASET_CHANGE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "src/manifest/manifest.h"
#include "src/store/keyed_write.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {

struct DatasetChange {
  // As it was when the change began; null when the transaction creates the dataset.
  std::shared_ptr<const manifest::DatasetState> before = nullptr;
  uint64_t seen = 0;  // the sequence of the last change of its rows by then
  bool dropped = false;
  bool replaced = false;  // `pending.segments` is the whole new content
  // With the changes, for the transaction's own reads and for the edit.
  manifest::DatasetState pending = {};
  std::vector<manifest::SegmentEntry> appended = {};  // also at the end of `pending.segments`
  KeyedChange keyed = {};                             // of a keyed dataset that existed before
};

// The dataset with the change, when it has become `now`. What others have published meanwhile
// stays, but for the keys that the change touches: the last to commit counts. Of a dataset that
// existed before and is not dropped (checked).
[[nodiscard]] absl::StatusOr<manifest::DatasetState> ApplyChange(
    const DatasetChange& change, const std::shared_ptr<const manifest::DatasetState>& now,
    SegmentCache& cache);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_CHANGE_H_
