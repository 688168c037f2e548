// Columns and record batches: values in Arrow's memory layout, borrowed or owned, never changed.
//
// Owns: the in-memory form of values and O(1) views on it. Does not own: how they are stored
// (segments) or computed with (queries). Handles are cheap to copy (one shared pointer) and safe on
// any thread.
//
// Layout of ColumnData, by encoding. Logical row r of a column lives at physical row offset + r of
// its buffers; so a slice copies nothing. Every buffer that Ashlar makes starts at a multiple of 64
// bytes.
//   plain       fixed width: `values`; bool: bits, least significant first; utf8 and binary: int32
//   `offsets` (one more
//               than rows) into `values`; list: `offsets` into children[0]; struct: one child a
//               field (child row = this row, offset included); fixed_size_list: children[0] has
//               width() times the rows.
//   dictionary  leaf types only: `values` holds unsigned codes of `code_width` bytes (1, 2 or 4),
//   `dictionary` the distinct
//               values, sorted, without null. A null row's code is 0.
//   constant    leaf types only: `dictionary` holds the one value; no other buffer. All rows null:
//   null_count == length
//               and an empty dictionary.
// `validity` (bit set = not null) is empty when no row is null, and for constant columns.
#ifndef ASHLAR_COLUMN_H_
#define ASHLAR_COLUMN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"
#include "ashlar/types.h"

namespace ashlar {

// Values reach disk: never renumber. Zero is reserved.
enum class Encoding : uint8_t { kPlain = 1, kConstant = 2, kDictionary = 3 };

struct ColumnData {
  DataType type;
  Encoding encoding = Encoding::kPlain;
  uint8_t code_width = 0;
  int64_t length = 0;
  int64_t offset = 0;
  int64_t null_count = 0;
  PinnedBytes validity;
  PinnedBytes offsets;
  PinnedBytes values;
  std::vector<std::shared_ptr<const ColumnData>> children;
  std::shared_ptr<const ColumnData> dictionary;
};

class Column {
 public:
  Column() = default;
  explicit Column(std::shared_ptr<const ColumnData> data) : data_(std::move(data)) {}

  // Fixed-width values without nulls, copied: T must have the width of `type`.
  template <typename T>
  [[nodiscard]] static Column FromValues(DataType type, std::span<const T> values) {
    return FromFixedWidthBytes(std::move(type), std::as_bytes(values));
  }
  [[nodiscard]] static Column FromFixedWidthBytes(DataType type, std::span<const std::byte> bytes);
  [[nodiscard]] static Column FromStrings(std::span<const std::string_view> values);

  [[nodiscard]] const DataType& type() const { return data_->type; }
  [[nodiscard]] Encoding encoding() const { return data_->encoding; }
  [[nodiscard]] int64_t length() const { return data_->length; }
  [[nodiscard]] int64_t null_count() const;  // counts on demand for slices
  [[nodiscard]] const std::shared_ptr<const ColumnData>& data() const { return data_; }

  // Typed access to row `row`, whatever the encoding. Rows must be in [0, length()) and of a
  // matching type (checked); a null row reads as zero, "" or an empty list.
  [[nodiscard]] bool IsNull(int64_t row) const;
  [[nodiscard]] bool GetBool(int64_t row) const;
  [[nodiscard]] int64_t GetInt64(int64_t row) const;           // int8 to int64, date32, timestamp
  [[nodiscard]] uint64_t GetUInt64(int64_t row) const;         // uint8 to uint64
  [[nodiscard]] double GetDouble(int64_t row) const;           // float32, float64
  [[nodiscard]] std::string_view GetBytes(int64_t row) const;  // utf8, binary, fixed_size_binary
  // The rows of children(0) that make up list or vector row `row`, as [first, second).
  [[nodiscard]] std::pair<int64_t, int64_t> GetListRange(int64_t row) const;
  // Child `index`, so aligned that a struct's row is its child's row, and GetListRange() indexes a
  // list's element column.
  [[nodiscard]] Column child(size_t index) const;

  // O(1). OutOfRange when not inside.
  [[nodiscard]] absl::StatusOr<Column> Slice(int64_t offset, int64_t length) const;

  // Equal type, length and every value (NaN equals NaN, -0.0 differs from 0.0); encodings and
  // offsets do not matter.
  [[nodiscard]] bool Equals(const Column& other) const;

  // Checks that the buffers hold what lengths, offsets and codes claim (O(rows)); utf8 too.
  // InvalidArgument names what is wrong.
  [[nodiscard]] absl::Status Validate() const;

 private:
  std::shared_ptr<const ColumnData> data_;
};

class RecordBatch {
 public:
  RecordBatch() = default;
  // Columns must match the schema's types, have equal lengths, and hold no null where the field is
  // required. InvalidArgument names the field. Does not check the bytes; Validate() of each column
  // does.
  [[nodiscard]] static absl::StatusOr<RecordBatch> Make(Schema schema, std::vector<Column> columns);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] int64_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] const Column& column(size_t index) const { return columns_[index]; }
  [[nodiscard]] absl::StatusOr<Column> GetColumn(std::string_view name) const;  // NotFound
  [[nodiscard]] absl::StatusOr<RecordBatch> Slice(int64_t offset, int64_t length) const;
  [[nodiscard]] bool Equals(const RecordBatch& other) const;

 private:
  Schema schema_;
  int64_t rows_ = 0;
  std::vector<Column> columns_;
};

// A stream of batches of one schema: what writes consume and reads produce. Not thread-safe.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  [[nodiscard]] virtual const Schema& schema() const = 0;
  // True: `batch` holds the next batch (which may have no rows). False: the end was reached, and
  // `batch` is as it was.
  [[nodiscard]] virtual absl::StatusOr<bool> Next(RecordBatch* batch) = 0;
};

// A reader over batches in memory.
[[nodiscard]] std::unique_ptr<BatchReader> MakeBatchReader(Schema schema,
                                                           std::vector<RecordBatch> batches);

}  // namespace ashlar

#endif  // ASHLAR_COLUMN_H_
