// Invariants of one dataset's state, and of its next state: one named function each.
//
// Owns: the list. Does not own: when they are checked (invariants.h). Errors name the invariant
// first, then the values that break it.
#ifndef ASHLAR_SRC_MANIFEST_DATASET_INVARIANTS_H_
#define ASHLAR_SRC_MANIFEST_DATASET_INVARIANTS_H_

#include "absl/status/status.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// "RowCounts": rows are the live rows of the segments, bytes those of all their rows.
[[nodiscard]] absl::Status CheckRowCounts(const DatasetState& state);
// "KeyFitsSchema": key and partition fields exist, once each and not too many; key fields are
// required and of types that have an encoding. Without a key there are neither partitions nor hash
// indexes.
[[nodiscard]] absl::Status CheckKeyFitsSchema(const DatasetState& state);
// "DeadRowsFitSegments": a vector is one of its segment's rows and leaves one alive. Ordered
// datasets have none.
[[nodiscard]] absl::Status CheckDeadRowsFitSegments(const DatasetState& state);
// "SegmentsOfAKeyAreBounded": a keyed dataset lists a segment once, with a range of keys that is in
// order and not too long; an ordered one has no ranges.
[[nodiscard]] absl::Status CheckSegmentsOfAKeyAreBounded(const DatasetState& state);
// All of them.
[[nodiscard]] absl::Status CheckDatasetState(const DatasetState& state);

// "KeyStays": key fields keep their ids and types, and neither key, partitions nor index change.
[[nodiscard]] absl::Status CheckKeyStays(const DatasetState& before, const DatasetState& after);
// "FlushedUpToNeverDecreases".
[[nodiscard]] absl::Status CheckFlushedUpToNeverDecreases(const DatasetState& before,
                                                          const DatasetState& after);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DATASET_INVARIANTS_H_
