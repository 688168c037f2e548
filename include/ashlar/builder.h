// Builders: row-wise construction of columns and batches.
//
// Owns: growing buffers and their checks. Does not own: parsing. Not thread-safe; Finish() leaves
// the builder empty and usable.
#ifndef ASHLAR_BUILDER_H_
#define ASHLAR_BUILDER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"

namespace ashlar {

// Appends to one column of any type. The Append verb must match the type (checked); a value out of
// range of a narrower integer type is InvalidArgument, as are invalid UTF-8 and a buffer beyond 2
// GiB.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(DataType type);
  ~ColumnBuilder();
  ColumnBuilder(ColumnBuilder&&) noexcept;
  ColumnBuilder& operator=(ColumnBuilder&&) noexcept;

  void AppendNull();
  [[nodiscard]] absl::Status AppendBool(bool value);
  [[nodiscard]] absl::Status AppendInt64(int64_t value);    // any signed integer, date32, timestamp
  [[nodiscard]] absl::Status AppendUInt64(uint64_t value);  // any unsigned integer
  [[nodiscard]] absl::Status AppendDouble(double value);    // float32 (rounded), float64
  [[nodiscard]] absl::Status AppendBytes(
      std::string_view value);  // utf8, binary, fixed_size_binary
  // Unchecked by UTF-8, for callers that validated the text as a whole.
  [[nodiscard]] absl::Status AppendValidatedUtf8(std::string_view value);
  [[nodiscard]] absl::Status AppendVector(std::span<const float> value);
  // list: closes a row that holds what was appended to child(0) since the last one.
  // struct: closes a row; every child must have been appended to exactly once.
  [[nodiscard]] absl::Status AppendNested();

  [[nodiscard]] ColumnBuilder& child(size_t index);
  [[nodiscard]] const DataType& type() const;
  [[nodiscard]] int64_t length() const;
  [[nodiscard]] uint64_t byte_size() const;  // of all buffers, children included
  // Takes back everything from row `length` on, children included; for callers whose row turned out
  // bad halfway.
  void Truncate(int64_t length);
  [[nodiscard]] Column Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One ColumnBuilder a field.
class RecordBatchBuilder {
 public:
  explicit RecordBatchBuilder(Schema schema);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] ColumnBuilder& column(size_t index) { return columns_[index]; }
  [[nodiscard]] int64_t rows() const;  // of the first column
  [[nodiscard]] uint64_t byte_size() const;
  // InvalidArgument when columns differ in length or a required field holds a null (names the
  // field).
  [[nodiscard]] absl::StatusOr<RecordBatch> Finish();

 private:
  Schema schema_;
  std::vector<ColumnBuilder> columns_;
};

}  // namespace ashlar

#endif  // ASHLAR_BUILDER_H_
