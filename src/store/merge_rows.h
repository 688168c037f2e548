// Merging a source into a keyed dataset.
//
// Owns: what becomes of each row of the source and of the rows that the source lacks, round by
// round, so that memory stays bounded by a round and a bit a stored row. Does not own: looking up
// (found_rows.h), writing (keyed_write.h), rewriting (rewrite_segments.h), the plan (merge_plan.h).
//
// Rows that are stored as the source has them are not written: a nightly full merge in which little
// changed writes little. All modes run the same rounds; they differ in what happens to the old
// segments afterwards, so their results are equal.
#ifndef ASHLAR_SRC_STORE_MERGE_ROWS_H_
#define ASHLAR_SRC_STORE_MERGE_ROWS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/merge.h"
#include "src/store/rewrite_segments.h"

namespace ashlar::store {

// `options` passed CheckMerge(). The target's dataset has no rows in memory. On an error the state
// is of no use.
[[nodiscard]] absl::StatusOr<MergeReport> MergeRows(BatchReader& source,
                                                    const MergeOptions& options,
                                                    std::shared_ptr<SegmentCache> cache,
                                                    const KeyedTarget& target);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_MERGE_ROWS_H_
