// Live rows of stored segments: what readers of whole segments leave out.
//
// Owns: reading them, taking them out of a batch, and numbering rows as if the dead ones were not
// there.
// Does not own: the set of dead rows (manifest/deletion_vector.h), or masks for queries
// (segment_source.h).
#ifndef ASHLAR_SRC_STORE_LIVE_ROWS_H_
#define ASHLAR_SRC_STORE_LIVE_ROWS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/manifest/deletion_vector.h"
#include "src/manifest/manifest.h"
#include "src/segment/damage.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {

// `batch` holds rows [first_row, first_row + batch.rows()) of a segment. Of those that are alive,
// at most `limit` behind the first `skip`; copied, in their stored encoding.
[[nodiscard]] absl::StatusOr<RecordBatch> TakeLiveRows(const RecordBatch& batch, uint64_t first_row,
                                                       const manifest::DeletionVector& dead,
                                                       uint64_t skip = 0,
                                                       uint64_t limit = UINT64_MAX);

// All live rows of a listed segment, with the fields of `schema`; without copies where none is
// dead.
[[nodiscard]] absl::StatusOr<RecordBatch> ReadLiveRows(const manifest::SegmentEntry& entry,
                                                       const Schema& schema, SegmentCache& cache);

// The live rows of a range of a segment, counted among its live rows; without rows when all of it
// is dead. Null `dead`: the range itself.
[[nodiscard]] segment::RowRange LiveRange(const manifest::DeletionVector* dead,
                                          segment::RowRange range);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_LIVE_ROWS_H_
