// RowRef: one row of a dataset, read where it lies.
//
// Owns: access to the values of a row that a get has found. Does not own: the row, unless it was
// pinned. Copying one is cheap; many threads may read one.
#ifndef ASHLAR_ROW_REF_H_
#define ASHLAR_ROW_REF_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar {

// Borrowed from the Dataset that it was got from, and valid as long as that one; Pin() makes one
// that stays valid whatever else goes.
class RowRef {
 public:
  RowRef() = default;  // no row; only to be assigned to
  // `*rows` outlives it; `row` is one of them.
  RowRef(const std::shared_ptr<const RecordBatch>* rows, int64_t row)
      : rows_(rows->get()), owner_(rows), row_(row) {}

  [[nodiscard]] RowRef Pin() const {
    RowRef pinned = *this;
    if (pinned.owner_ != nullptr) pinned.pinned_ = *pinned.owner_;
    pinned.owner_ = nullptr;
    return pinned;
  }

  [[nodiscard]] const Schema& schema() const { return rows_->schema(); }
  // Typed access to the value of a field, by its place in the schema; as those of Column.
  [[nodiscard]] bool IsNull(size_t field) const { return column(field).IsNull(row_); }
  [[nodiscard]] bool GetBool(size_t field) const { return column(field).GetBool(row_); }
  [[nodiscard]] int64_t GetInt64(size_t field) const { return column(field).GetInt64(row_); }
  [[nodiscard]] uint64_t GetUInt64(size_t field) const { return column(field).GetUInt64(row_); }
  [[nodiscard]] double GetDouble(size_t field) const { return column(field).GetDouble(row_); }
  [[nodiscard]] std::string_view GetBytes(size_t field) const {
    return column(field).GetBytes(row_);
  }
  // The row as a batch of one row, zero-copy; for nested values, and to keep or pass on.
  [[nodiscard]] absl::StatusOr<RecordBatch> ToBatch() const { return rows_->Slice(row_, 1); }

 private:
  [[nodiscard]] const Column& column(size_t field) const { return rows_->column(field); }

  const RecordBatch* rows_ = nullptr;
  const std::shared_ptr<const RecordBatch>* owner_ = nullptr;  // while borrowed
  std::shared_ptr<const RecordBatch> pinned_;
  int64_t row_ = 0;
};

}  // namespace ashlar

#endif  // ASHLAR_ROW_REF_H_
