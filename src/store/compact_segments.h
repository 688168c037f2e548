// Compacting the newest version of a store.
//
// Owns: rounds of tasks until there are none left, and the way of each one: its files durable → one
// edit → the old files go when nobody needs them. Does not own: the choice of tasks
// (compaction/reclaim_policy.h), doing one (compacted_run.h), what it means to versions
// (manifest/segment_compactions.h), nor removing files (garbage.h).
//
// Nobody waits for it and it waits for nobody: an edit is made inside the publication, from the
// newest value. Commits and flushes that were planned before resolve their keys against that value
// anyway when it is another one; who has read proves it by the values that a key has, and
// replacing a dataset replaces what was compacted, too. A crash before an edit leaves orphans.
#ifndef ASHLAR_SRC_STORE_COMPACT_SEGMENTS_H_
#define ASHLAR_SRC_STORE_COMPACT_SEGMENTS_H_

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/store/store_core.h"

namespace ashlar::store {

[[nodiscard]] absl::StatusOr<CompactReport> CompactSegments(StoreCore& core,
                                                            const CompactOptions& options);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COMPACT_SEGMENTS_H_
