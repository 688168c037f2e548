// RecordBatchBuilder: one ColumnBuilder a field. See ashlar/builder.h.
#include <utility>

#include "ashlar/builder.h"

namespace ashlar {

RecordBatchBuilder::RecordBatchBuilder(Schema schema) : schema_(std::move(schema)) {
  columns_.reserve(schema_.size());
  for (const Field& field : schema_.fields()) columns_.emplace_back(field.type);
}

int64_t RecordBatchBuilder::rows() const { return columns_.empty() ? 0 : columns_[0].length(); }

uint64_t RecordBatchBuilder::byte_size() const {
  uint64_t bytes = 0;
  for (const ColumnBuilder& column : columns_) bytes += column.byte_size();
  return bytes;
}

// The columns are finished before they are judged: the builder is empty whatever the verdict.
absl::StatusOr<RecordBatch> RecordBatchBuilder::Finish() {
  std::vector<Column> columns;
  columns.reserve(columns_.size());
  for (ColumnBuilder& column : columns_) columns.push_back(column.Finish());
  return RecordBatch::Make(schema_, std::move(columns));
}

}  // namespace ashlar
