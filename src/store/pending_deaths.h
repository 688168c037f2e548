// PendingDeaths: which rows of a dataset's segments the keys of one memtable supersede.
//
// Owns: looking each key of the memtable up in the segments once, ahead of the flush that makes it
// known to the manifest, and the deletion vectors that result. Does not own: the memtable, nor rows
// of other memtables (memory_rows.h).
//
// A key supersedes from its first row in the memtable on, so what the first n rows supersede never
// changes: a view of n rows asks for just that, and a later one goes on from there.
#ifndef ASHLAR_SRC_STORE_PENDING_DEATHS_H_
#define ASHLAR_SRC_STORE_PENDING_DEATHS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/log/memtable_view.h"
#include "src/manifest/deletion_vector.h"
#include "src/manifest/manifest.h"
#include "src/store/dataset_keys.h"

namespace ashlar::store {

// By position in the dataset's list; null: no row of the segment.
using DeadBySegment = std::vector<manifest::DeletionVectorPtr>;

// Thread-safe. All views are of the same memtable.
class PendingDeaths {
 public:
  // Live rows of the segments of `keys` that rows of the view supersede. What is known is kept for
  // the segments that were asked for last. DataLoss names a file whose keys cannot be trusted.
  [[nodiscard]] absl::StatusOr<DeadBySegment> Of(const std::shared_ptr<const DatasetKeys>& keys,
                                                 const log::MemtableView& view);

 private:
  struct Death {
    int64_t position = 0;  // in the memtable, of the key's first row
    RowLocation at;
  };

  [[nodiscard]] absl::Status ResolveUpTo(int64_t end, const log::MemtableView& view)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What deaths from `first` on, at positions before `end`, add to `dead`.
  void Add(size_t first, int64_t end, DeadBySegment* dead) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Mutex mutex_;
  std::shared_ptr<const DatasetKeys> keys_ ABSL_GUARDED_BY(mutex_);
  int64_t resolved_ ABSL_GUARDED_BY(mutex_) = 0;       // positions that were looked up
  std::vector<Death> deaths_ ABSL_GUARDED_BY(mutex_);  // ascending positions
  // After some of the deaths: their number, and all that they add up to.
  std::map<size_t, DeadBySegment> checkpoints_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_PENDING_DEATHS_H_
