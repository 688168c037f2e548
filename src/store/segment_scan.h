// Streaming the rows of a dataset's segments, one batch a segment.
//
// Owns: the stored source of rows: projection, offset and limit, and that nothing is opened before
// it is needed. Does not own: predicates (the query pipeline's), files (segment_cache.h).
#ifndef ASHLAR_SRC_STORE_SEGMENT_SCAN_H_
#define ASHLAR_SRC_STORE_SEGMENT_SCAN_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/snapshot.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

// NotFound for an unknown column, with the nearest names; opens nothing. The reader shares what the
// handle holds.
[[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> ScanSegments(
    std::shared_ptr<const Dataset::Impl> dataset, const ScanOptions& options);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_SCAN_H_
