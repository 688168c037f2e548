// SegmentColumns: the columns of a dataset's segments that were read, at one version.
//
// Owns: reading a column once and keeping it, so that readers of single rows and of short ranges
// pay for it once. Does not own: files (segment_cache.h), nor which columns are needed.
#ifndef ASHLAR_SRC_STORE_SEGMENT_COLUMNS_H_
#define ASHLAR_SRC_STORE_SEGMENT_COLUMNS_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/base/mutex.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

class SegmentCache;

// Safe on any thread. `cache` outlives it.
class SegmentColumns {
 public:
  SegmentColumns(std::shared_ptr<const manifest::DatasetState> state, SegmentCache& cache);

  // Field `field` of the schema in the segment at a position of the dataset's list: a view in its
  // stored encoding, dead rows included. DataLoss as SegmentReader says. As long-lived as this.
  [[nodiscard]] absl::StatusOr<const Column*> Open(size_t position, size_t field) const;

 private:
  using Fields = std::vector<std::atomic<const Column*>>;

  [[nodiscard]] Fields& FieldsOf(size_t position) const;

  const std::shared_ptr<const manifest::DatasetState> state_;
  SegmentCache& cache_;
  // By position, then by field; null until somebody asked.
  mutable std::vector<std::atomic<Fields*>> open_;
  mutable base::Mutex mutex_;
  mutable std::vector<std::unique_ptr<Fields>> owned_fields_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<std::unique_ptr<const Column>> owned_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_COLUMNS_H_
