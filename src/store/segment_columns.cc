// Reading columns once; see the header.
#include "src/store/segment_columns.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {

SegmentColumns::SegmentColumns(std::shared_ptr<const manifest::DatasetState> state,
                               SegmentCache& cache)
    : state_(std::move(state)), cache_(cache), open_(state_->segments.size()) {}

SegmentColumns::Fields& SegmentColumns::FieldsOf(size_t position) const {
  ASHLAR_CHECK(position < open_.size());
  std::atomic<Fields*>& place = open_[position];
  if (Fields* const fields = place.load(std::memory_order_acquire)) return *fields;
  base::MutexLock lock(mutex_);
  if (Fields* const fields = place.load(std::memory_order_relaxed)) return *fields;
  owned_fields_.push_back(std::make_unique<Fields>(state_->schema.size()));
  place.store(owned_fields_.back().get(), std::memory_order_release);
  return *owned_fields_.back();
}

absl::StatusOr<const Column*> SegmentColumns::Open(size_t position, size_t field) const {
  std::atomic<const Column*>& place = FieldsOf(position)[field];
  if (const Column* const column = place.load(std::memory_order_acquire)) return column;
  // Outside of the lock: two threads may read it at once, and the first one's stays.
  ASSIGN_OR_RETURN(const segment::SegmentReader reader,
                   cache_.OpenReader(state_->segments[position].meta));
  ASSIGN_OR_RETURN(Column read, reader.ReadColumn(state_->schema.field(field)));
  base::MutexLock lock(mutex_);
  if (const Column* const column = place.load(std::memory_order_relaxed)) return column;
  owned_.push_back(std::make_unique<const Column>(std::move(read)));
  place.store(owned_.back().get(), std::memory_order_release);
  return owned_.back().get();
}

}  // namespace ashlar::store
