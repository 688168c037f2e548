// The difference of two states of a keyed dataset, by key.
//
// Owns: setting aside what both sides share, and merging the rest in the order of keys. Does not
// own: reading in that order (key_range_scan.h), nor rows of ordered datasets (dataset_diff.h).
//
// A segment that both list is read only for the rows that died or rose in between; segments with
// equal content are one, wherever they lie. What is left of either side is scanned by key, and rows
// of one key are compared by their values: so rewriting a row changes nothing.
#ifndef ASHLAR_SRC_STORE_KEYED_DIFF_H_
#define ASHLAR_SRC_STORE_KEYED_DIFF_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/keyed_diff.h"
#include "ashlar/snapshot.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

// Either may be null: there was no such dataset, and so no rows; not both (checked). When the
// fields differ (in ids, names or types), every row that both have is changed. FailedPrecondition
// when a side has no key, or one of other types.
[[nodiscard]] absl::StatusOr<std::unique_ptr<KeyedDiff>> OpenKeyedDiff(
    std::shared_ptr<const Dataset::Impl> from, std::shared_ptr<const Dataset::Impl> to);

// The same by name; NotFound when neither snapshot has the dataset.
[[nodiscard]] absl::StatusOr<std::unique_ptr<KeyedDiff>> DiffSnapshotsByKey(
    std::string_view dataset, const Snapshot& from, const Snapshot& to);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEYED_DIFF_H_
