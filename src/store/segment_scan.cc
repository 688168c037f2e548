// The stored source: segments as record batches.

#include "src/store/segment_scan.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/nearest_names.h"

namespace ashlar::store {
namespace {

absl::StatusOr<Schema> Project(const Schema& schema, const std::vector<std::string>& columns) {
  if (columns.empty()) return schema;
  std::vector<Field> fields;
  for (const std::string& name : columns) {
    const std::optional<size_t> index = schema.FindField(name);
    if (!index.has_value()) {
      std::vector<std::string> known;
      for (const Field& field : schema.fields()) known.push_back(field.name);
      return UnknownName("column", name, known);
    }
    fields.push_back(schema.field(*index));
  }
  return Schema::Make(std::move(fields));
}

class SegmentScan final : public BatchReader {
 public:
  SegmentScan(std::shared_ptr<const manifest::DatasetState> state,
              std::shared_ptr<SegmentCache> cache, Schema schema, uint64_t offset, uint64_t limit)
      : state_(std::move(state)),
        cache_(std::move(cache)),
        schema_(std::move(schema)),
        skip_(offset),
        left_(limit) {}

  const Schema& schema() const override { return schema_; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    const auto& segments = state_->segments;
    while (next_ < segments.size() && skip_ >= segments[next_].meta->rows) {
      skip_ -= segments[next_++].meta->rows;
    }
    if (next_ == segments.size() || left_ == 0) return false;
    const std::shared_ptr<const manifest::SegmentMeta>& meta = segments[next_].meta;
    ASSIGN_OR_RETURN(*batch, ReadSegment(meta));
    const uint64_t rows = std::min(meta->rows - skip_, left_);
    if (rows != meta->rows) {
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
    ASSIGN_OR_RETURN(const segment::SegmentReader reader, cache_->OpenReader(meta));
    std::vector<Column> columns;
    columns.reserve(schema_.size());
    for (const Field& field : schema_.fields()) {
      ASSIGN_OR_RETURN(Column column, reader.ReadColumn(field));
      columns.push_back(std::move(column));
    }
    return RecordBatch::Make(schema_, std::move(columns));
  }

  const std::shared_ptr<const manifest::DatasetState> state_;
  const std::shared_ptr<SegmentCache> cache_;
  const Schema schema_;
  uint64_t skip_;
  uint64_t left_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BatchReader>> ScanSegments(
    std::shared_ptr<const manifest::DatasetState> state, std::shared_ptr<SegmentCache> cache,
    const ScanOptions& options) {
  ASHLAR_CHECK(state != nullptr && cache != nullptr);
  ASSIGN_OR_RETURN(Schema schema, Project(state->schema, options.columns));
  return std::make_unique<SegmentScan>(std::move(state), std::move(cache), std::move(schema),
                                       options.offset, options.limit);
}

}  // namespace ashlar::store
