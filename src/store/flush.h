// Flush: the rows in memory become segments.
//
// Owns: turning memtables into changes of their datasets, and the background and foreground forms
// of a flush, and the one below a large transaction. Does not own: when (flush_scheduler.h), nor
// the edit (content_edit.h), which says up to which sequence the commit log is in segments and
// which logs are still needed.
//
// Rows of one key come in one version, sorted by key; deletes only kill older rows. A crash before
// the edit is durable leaves orphans, and the log has all of it; after it, replay skips the rows.
#ifndef ASHLAR_SRC_STORE_FLUSH_H_
#define ASHLAR_SRC_STORE_FLUSH_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/stats.h"
#include "src/log/memtable_view.h"
#include "src/store/dataset_change.h"
#include "src/store/segment_sink.h"
#include "src/store/store_core.h"
#include "src/store/store_view.h"

namespace ashlar::store {

struct DatasetFlush {
  DatasetChange change;
  std::shared_ptr<const manifest::DatasetState> made;  // of `change.before`
  uint64_t flushed_up_to = 0;
};
// By dataset name.
using FlushedRows = std::map<std::string, DatasetFlush, std::less<>>;

// Writes what a memtable has at the view's sequence, on top of what `change` has made of the
// dataset.
[[nodiscard]] absl::Status WriteMemtable(const log::MemtableView& view, SegmentCache& cache,
                                         SegmentSink& sink, DatasetChange* change,
                                         WriteStats* stats);

// Writes all rows of the view's memtables, which are sealed, as unpublished segments.
[[nodiscard]] absl::StatusOr<FlushedRows> WriteMemtables(const StoreView& view, SegmentCache& cache,
                                                         SegmentSink& sink, WriteStats* stats);

// Writes what `view` has of a dataset in memory at `sequence`, where it has anything, as
// unpublished segments; commits may go on. For a transaction that builds on all of it and publishes
// both.
[[nodiscard]] absl::StatusOr<DatasetFlush> WriteBelow(
    const StoreView& view, const std::shared_ptr<const manifest::DatasetState>& state,
    uint64_t sequence, SegmentCache& cache, SegmentSink& sink);

// Whether that is still all that `view` has of the dataset in memory, on top of the same segments.
[[nodiscard]] bool IsAllInMemory(const DatasetFlush& flush, const StoreView& view);

// Whether commits that are not in the dataset's segments yet may have written other datasets, too.
[[nodiscard]] inline bool SharesCommits(const StoreCore& core,
                                        const manifest::DatasetState& dataset) {
  return core.view->last_shared() > dataset.flushed_up_to;
}

// Writes and publishes the memtables of `view`, all of them sealed. Logs below `log_number` are
// then needed by newer ones alone. Under the flush mutex.
[[nodiscard]] absl::Status FlushSealed(StoreCore& core, const StoreView& view, uint64_t log_number)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(core.flush_mutex);

// Everything that was committed before is in segments when it returns. Commits go on meanwhile.
// Nothing when memory is empty and no log can be freed.
[[nodiscard]] absl::Status FlushStore(StoreCore& core);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_FLUSH_H_
