// RecordBatch: columns of equal length under a schema; and a reader over batches in memory.
//
// Owns: the agreement between schema and columns. Does not own: the soundness of buffers
// (Column::Validate).
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "ashlar/column.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/required_fields.h"

namespace ashlar {
namespace {

absl::Status CheckColumn(const Field& field, const Column& column, int64_t rows) {
  // Batches of one row are common: no text before there is something to say.
  const auto name = [&field] { return base::QuoteForMessage(field.name); };
  if (column.data() == nullptr) {
    return absl::InvalidArgumentError(base::StrCat("field ", name(), " has no column"));
  }
  if (column.type() != field.type) {
    return absl::InvalidArgumentError(base::StrCat("field ", name(), " has type ",
                                                   field.type.ToString(), ", its column has type ",
                                                   column.type().ToString()));
  }
  if (column.length() != rows) {
    return absl::InvalidArgumentError(
        base::StrCat("field ", name(), " has ", column.length(), " rows where others have ", rows));
  }
  const std::optional<std::string> forbidden = columnar::FindForbiddenNull(field, column);
  if (!forbidden.has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      base::StrCat("required field ", base::QuoteForMessage(*forbidden), " holds a null"));
}

class MemoryBatchReader : public BatchReader {
 public:
  MemoryBatchReader(Schema schema, std::vector<RecordBatch> batches)
      : schema_(std::move(schema)), batches_(std::move(batches)) {}

  const Schema& schema() const override { return schema_; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == batches_.size()) return false;
    if (!batches_[next_].schema().EqualsIgnoringIds(schema_)) {
      return absl::InvalidArgumentError(
          base::StrCat("batch ", next_, " has the schema {", batches_[next_].schema().ToString(),
                       "} where its stream has {", schema_.ToString(), "}"));
    }
    *batch = std::move(batches_[next_++]);
    return true;
  }

 private:
  Schema schema_;
  std::vector<RecordBatch> batches_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<RecordBatch> RecordBatch::Make(Schema schema, std::vector<Column> columns) {
  if (columns.size() != schema.size()) {
    return absl::InvalidArgumentError(
        base::StrCat("a schema of ", schema.size(), " fields got ", columns.size(), " columns"));
  }
  RecordBatch batch;
  if (!columns.empty() && columns[0].data() != nullptr) batch.rows_ = columns[0].length();
  for (size_t i = 0; i < columns.size(); ++i) {
    RETURN_IF_ERROR(CheckColumn(schema.field(i), columns[i], batch.rows_));
  }
  batch.schema_ = std::move(schema);
  batch.columns_ = std::move(columns);
  return batch;
}

absl::StatusOr<Column> RecordBatch::GetColumn(std::string_view name) const {
  const std::optional<size_t> index = schema_.FindField(name);
  if (index.has_value()) return columns_[*index];
  return absl::NotFoundError(base::StrCat("no field is named ", base::QuoteForMessage(name)));
}

absl::StatusOr<RecordBatch> RecordBatch::Slice(int64_t offset, int64_t length) const {
  if (offset < 0 || length < 0 || offset > rows_ || length > rows_ - offset) {
    return absl::OutOfRangeError(base::StrCat("slice of ", length, " rows at ", offset,
                                              " is outside of a batch of ", rows_, " rows"));
  }
  RecordBatch slice;
  slice.schema_ = schema_;
  slice.rows_ = length;
  slice.columns_.reserve(columns_.size());
  for (const Column& column : columns_) {
    ASSIGN_OR_RETURN(Column part, column.Slice(offset, length));
    slice.columns_.push_back(std::move(part));
  }
  return slice;
}

bool RecordBatch::Equals(const RecordBatch& other) const {
  return rows_ == other.rows_ && schema_.EqualsIgnoringIds(other.schema_) &&
         std::ranges::equal(columns_, other.columns_,
                            [](const Column& a, const Column& b) { return a.Equals(b); });
}

std::unique_ptr<BatchReader> MakeBatchReader(Schema schema, std::vector<RecordBatch> batches) {
  return std::make_unique<MemoryBatchReader>(std::move(schema), std::move(batches));
}

}  // namespace ashlar
