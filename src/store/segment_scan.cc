// The stored source: segments as record batches.

#include "src/store/segment_scan.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/live_rows.h"
#include "src/store/projection.h"

namespace ashlar::store {
namespace {

class SegmentScan final : public BatchReader {
 public:
  SegmentScan(std::shared_ptr<const Dataset::Impl> dataset, Projection projection, uint64_t offset,
              uint64_t limit)
      : dataset_(std::move(dataset)),
        projection_(std::move(projection)),
        skip_(offset),
        left_(limit) {}

  const Schema& schema() const override { return projection_.schema; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    const auto& segments = dataset_->state->segments;
    while (next_ < segments.size() && skip_ >= manifest::LiveRows(segments[next_])) {
      skip_ -= manifest::LiveRows(segments[next_++]);
    }
    if (next_ == segments.size() || left_ == 0) return false;
    const manifest::SegmentEntry& entry = segments[next_];
    ASSIGN_OR_RETURN(*batch, ReadSegment(entry.meta));
    const uint64_t rows = std::min(manifest::LiveRows(entry) - skip_, left_);
    if (entry.dead != nullptr) {
      ASSIGN_OR_RETURN(*batch, TakeLiveRows(*batch, 0, *entry.dead, skip_, rows));
    } else if (rows != entry.meta->rows) {
      ASSIGN_OR_RETURN(*batch,
                       batch->Slice(static_cast<int64_t>(skip_), static_cast<int64_t>(rows)));
    }
    skip_ = 0;
    left_ -= rows;
    ++next_;
    return true;
  }

 private:
  absl::StatusOr<RecordBatch> ReadSegment(
      const std::shared_ptr<const manifest::SegmentMeta>& meta) {
    ASSIGN_OR_RETURN(const segment::SegmentReader reader, dataset_->cache->OpenReader(meta));
    std::vector<Column> columns;
    columns.reserve(projection_.columns.size());
    for (const Projected& projected : projection_.columns) {
      ASSIGN_OR_RETURN(Column column,
                       reader.ReadColumn(dataset_->state->schema.field(projected.field)));
      columns.push_back(MemberOfStored(std::move(column), projected.members));
    }
    return RecordBatch::Make(projection_.schema, std::move(columns));
  }

  const std::shared_ptr<const Dataset::Impl> dataset_;
  const Projection projection_;
  uint64_t skip_;
  uint64_t left_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BatchReader>> ScanSegments(
    std::shared_ptr<const Dataset::Impl> dataset, const ScanOptions& options) {
  ASHLAR_CHECK(dataset != nullptr && dataset->state != nullptr && dataset->cache != nullptr);
  ASSIGN_OR_RETURN(Projection projection, Project(dataset->state->schema, options.columns));
  return std::make_unique<SegmentScan>(std::move(dataset), std::move(projection), options.offset,
                                       options.limit);
}

}  // namespace ashlar::store
