// ComputedColumn: values of an expression, zone by zone, as one column.
//
// Owns: the way from the evaluator's wide vectors (int64, uint64, double, views) back to a column
// of the logical type, selected rows only. Does not own: evaluation. Null slots become zero or
// empty, so that equal results are equal bytes.
#ifndef ASHLAR_SRC_QUERY_COMPUTED_COLUMN_H_
#define ASHLAR_SRC_QUERY_COMPUTED_COLUMN_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/columnar/buffer_builder.h"
#include "src/query/vector.h"

namespace ashlar::query {

class ComputedColumn {
 public:
  explicit ComputedColumn(DataType type) : type_(std::move(type)) {}

  // The selected rows of `values`, which has the physical kind of the type, or kNull. A value
  // outside of a narrower type is a bug of the evaluator. InvalidArgument past 2 GiB of bytes.
  [[nodiscard]] absl::Status Append(const Vector& values, const Bits& selection);

  [[nodiscard]] int64_t rows() const { return rows_; }
  [[nodiscard]] uint64_t bytes() const {
    return values_.size() + offsets_.size() + validity_.size() + nested_bytes_;
  }
  // Everything since the last time.
  [[nodiscard]] absl::StatusOr<Column> Finish();

 private:
  // Slots of the vector: those of the selected rows, or slot 0 over and over for a constant.
  struct Slots {
    std::array<uint16_t, kZoneRows> rows;
    size_t count = 0;
  };

  void AppendValidity(const Vector& values, const Slots& slots);
  [[nodiscard]] absl::Status AppendBytes(const Vector& values, const Slots& slots);
  [[nodiscard]] absl::Status AppendNested(const Vector& values, const Slots& slots);
  void AppendBools(const Vector& values, const Slots& slots);
  void AppendIntegers(const Vector& values, const Slots& slots);
  void AppendUnsigned(const Vector& values, const Slots& slots);
  void AppendReals(const Vector& values, const Slots& slots);
  template <typename To, typename From>
  void AppendWords(const Vector& values, const From* from, const Slots& slots);

  const DataType type_;
  int64_t rows_ = 0;
  int64_t nulls_ = 0;
  columnar::BufferBuilder validity_;  // empty while no row is null
  columnar::BufferBuilder offsets_;
  columnar::BufferBuilder values_;
  std::vector<Column> nested_;  // pieces, of nested types and vectors
  uint64_t nested_bytes_ = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COMPUTED_COLUMN_H_
