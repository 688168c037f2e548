// The stored source: segments, and rows in memory behind them, as record batches.

#include "src/store/segment_scan.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/morsel.h"
#include "src/query/take.h"
#include "src/store/live_rows.h"
#include "src/store/projection.h"

namespace ashlar::store {
namespace {

class SegmentScan final : public BatchReader {
 public:
  SegmentScan(std::shared_ptr<const Dataset::Impl> dataset,
              std::shared_ptr<const manifest::DatasetState> live, Projection projection,
              uint64_t offset, uint64_t limit)
      : dataset_(std::move(dataset)),
        live_(std::move(live)),
        projection_(std::move(projection)),
        skip_(offset),
        left_(limit) {}

  const Schema& schema() const override { return projection_.schema; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    ASSIGN_OR_RETURN(const bool more, NextOfSegments(batch));
    return more ? more : NextInMemory(batch);
  }

 private:
  absl::StatusOr<bool> NextOfSegments(RecordBatch* batch) {
    const auto& segments = live_->segments;
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

  absl::StatusOr<bool> NextInMemory(RecordBatch* batch) {
    if (dataset_->memory == nullptr) return false;
    const std::vector<LayerView>& layers = dataset_->memory->views();
    for (; layer_ < layers.size(); ++layer_, chunk_ = 0) {
      while (left_ > 0 && chunk_ < layers[layer_].view().chunks()) {
        ASSIGN_OR_RETURN(const bool found, ReadChunk(layers[layer_], chunk_++, batch));
        if (found) return true;
      }
    }
    return false;
  }

  // False when all of its rows are dead or skipped.
  absl::StatusOr<bool> ReadChunk(const LayerView& layer, size_t chunk, RecordBatch* batch) {
    const bool masked = layer.has_dead_rows(chunk);
    std::vector<uint32_t> alive;
    if (masked) alive = layer.LiveRowsOf(chunk);
    const uint64_t there = masked ? alive.size() : static_cast<uint64_t>(layer.view().rows(chunk));
    const uint64_t skipped = std::min(skip_, there);
    const uint64_t rows = std::min(there - skipped, left_);
    skip_ -= skipped;
    left_ -= rows;
    if (rows == 0) return false;
    std::vector<Column> columns;
    for (const Projected& projected : projection_.columns) {
      query::Input input;
      input.field = projected.field;
      input.members = projected.members;
      ASSIGN_OR_RETURN(Column column, query::ColumnOfInput(
                                          layer.view().ReadColumn(chunk, projected.field), input));
      if (masked) {
        ASSIGN_OR_RETURN(column, query::Take(column, std::span(alive).subspan(skipped, rows)));
      } else {
        ASSIGN_OR_RETURN(column,
                         column.Slice(static_cast<int64_t>(skipped), static_cast<int64_t>(rows)));
      }
      columns.push_back(std::move(column));
    }
    ASSIGN_OR_RETURN(*batch, RecordBatch::Make(projection_.schema, std::move(columns)));
    return true;
  }

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
  const std::shared_ptr<const manifest::DatasetState> live_;  // with what memory supersedes dead
  const Projection projection_;
  uint64_t skip_;
  uint64_t left_;
  size_t next_ = 0;  // segment
  size_t layer_ = 0;
  size_t chunk_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BatchReader>> ScanSegments(
    std::shared_ptr<const Dataset::Impl> dataset, const ScanOptions& options) {
  ASHLAR_CHECK(dataset != nullptr && dataset->state != nullptr && dataset->cache != nullptr);
  ASSIGN_OR_RETURN(Projection projection, Project(dataset->state->schema, options.columns));
  ASSIGN_OR_RETURN(auto live, dataset->LiveSegments());
  return std::make_unique<SegmentScan>(std::move(dataset), std::move(live), std::move(projection),
                                       options.offset, options.limit);
}

}  // namespace ashlar::store
