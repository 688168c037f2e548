// Streaming the rows of a key range.
//
// Owns: what a range reads: bounds, projection, limit, the size of batches, and when rows are
// sliced or gathered. Does not own: merging (run_merge.h), values (row_gather.h), nor what is in
// memory, which the caller hands over.
#ifndef ASHLAR_SRC_STORE_KEY_RANGE_SCAN_H_
#define ASHLAR_SRC_STORE_KEY_RANGE_SCAN_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/snapshot.h"
#include "src/store/dataset_impl.h"
#include "src/store/memory_run.h"
#include "src/store/segment_runs.h"

namespace ashlar::store {

// What a snapshot has beside the segments of a dataset. Of all live rows, those of `memory`
// included, at most one has a key: rows that something newer supersedes are neither in an order of
// `memory` nor alive by `dead`.
struct RangeMemory {
  std::vector<std::shared_ptr<const SortedMemory>> memtables;
  DeadRows dead;
};

// FailedPrecondition without a key, InvalidArgument for bounds that do not fit it, NotFound for an
// unknown column; opens nothing. The reader shares what the handle holds.
[[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> ScanKeyRange(
    std::shared_ptr<const Dataset::Impl> dataset, const KeyRangeOptions& options,
    RangeMemory memory = {});

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_RANGE_SCAN_H_
