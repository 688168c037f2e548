// What changed in an ordered dataset between two versions, as runs of rows.
//
// Owns: setting shared segments aside unread, and refining what is left to rows. Does not own: the
// comparison of sequences (sequence_diff.h) or of segment lists (manifest/edit.h).
#ifndef ASHLAR_SRC_STORE_DATASET_DIFF_H_
#define ASHLAR_SRC_STORE_DATASET_DIFF_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/snapshot.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

// A null `state` is a dataset that did not exist. When the fields differ (in ids, names or types)
// everything was removed and added. Reads only segments that stand against others; what was merely
// appended or cut away is counted, not read. FailedPrecondition for keyed datasets:
// see keyed_diff.h.
[[nodiscard]] absl::StatusOr<DiffResult> DiffDatasets(const Dataset::Impl& from,
                                                      const Dataset::Impl& to);

// The same by name; NotFound when neither snapshot has the dataset.
[[nodiscard]] absl::StatusOr<DiffResult> DiffSnapshots(std::string_view dataset,
                                                       const Snapshot& from, const Snapshot& to);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_DIFF_H_
