// Rewriting segments of a keyed dataset: live rows only, merged with rows that a merge brings.
//
// Owns: grouping segments by their keys so that memory stays bounded, and replacing each group.
// Does not own: which segments (merge_plan.h), sorting and writing (keyed_write.h). A rewritten row
// is an upsert of what is there: so the change says all that a commit has to prove, also when
// others have moved rows meanwhile.
#ifndef ASHLAR_SRC_STORE_REWRITE_SEGMENTS_H_
#define ASHLAR_SRC_STORE_REWRITE_SEGMENTS_H_

#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "src/columnar/chunker.h"
#include "src/store/keyed_write.h"

namespace ashlar::store {

// Rows that are sorted at once: a few segments of the largest size.
inline constexpr int64_t kRowsAtOnce = int64_t{4} * columnar::kMaxTargetRows;
inline constexpr uint64_t kBytesAtOnce = uint64_t{128} << 20;

// What writing to one dataset works with; all of it outlives the call.
struct KeyedTarget {
  SegmentCache* cache = nullptr;
  SegmentSink* sink = nullptr;
  manifest::DatasetState* state = nullptr;
  KeyedChange* change = nullptr;
  WriteStats* stats = nullptr;
};

// Replaces those of the state's segments that have these ids. The rows of `more` are upserted on
// the way. On an error the state is of no use.
[[nodiscard]] absl::Status RewriteSegments(const absl::flat_hash_set<uint64_t>& ids,
                                           std::optional<SortedRows> more,
                                           const KeyedTarget& target);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_REWRITE_SEGMENTS_H_
