// The buffers behind a ColumnBuilder and the few steps that every Append is made of.
//
// Owns: room for rows, validity and the hand-over to ColumnData. Does not own: which verb fits
// which type and which values are allowed (column_builder.cc). All buffers of a fixed size per row
// grow together, so that a hot Append asks one question, "is there room for a row?", not one a
// buffer.
#ifndef ASHLAR_SRC_COLUMNAR_COLUMN_BUILDER_STATE_H_
#define ASHLAR_SRC_COLUMNAR_COLUMN_BUILDER_STATE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/builder.h"
#include "src/base/bytes.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"

namespace ashlar {

// Buffers of a fixed size per row are resized to `room` rows; Finish() cuts them to `length`.
struct ColumnBuilder::State {
  explicit State(DataType column_type);

  // The first step of an Append. InvalidArgument when a buffer would pass 2 GiB.
  [[nodiscard]] absl::Status MakeRoom() {
    if (length < room) [[likely]]
      return absl::OkStatus();
    return MakeMoreRoom();
  }
  [[nodiscard]] absl::Status MakeMoreRoom();
  void GrowTo(int64_t rows);

  // The last step of an Append: the row is not null.
  void CloseValid() {
    if (null_count != 0) columnar::SetBit(validity.data(), length);
    ++length;
  }
  // The same, for a null; the validity bitmap comes into being with the first one.
  void CloseNull();

  template <typename T>
  void StoreValue(T value) {
    base::StoreLittle<T>(values.data() + length * static_cast<int64_t>(sizeof(T)), value);
  }
  // Where row `length` ends, in bytes or elements.
  void StoreEnd(int64_t end) {
    base::StoreLittle<int32_t>(offsets.data() + (length + 1) * 4, static_cast<int32_t>(end));
  }
  [[nodiscard]] int32_t EndOf(int64_t rows) const {
    return rows == 0 ? 0 : base::LoadLittle<int32_t>(offsets.data() + rows * 4);
  }
  // Writes the null row's slot: zeros, or no bytes or elements.
  void StoreNullSlot();
  // Rows of zero bytes in a column of fixed width.
  void AppendZeroValues(int64_t rows);

  void Truncate(int64_t rows);
  [[nodiscard]] uint64_t ByteSize() const;
  [[nodiscard]] ColumnData Take();

  DataType type;
  bool has_offsets;    // utf8, binary, list
  bool is_bits;        // bool
  int32_t slot_bytes;  // bytes in `values` a row; 0 for bits, variable size and nested types
  int64_t length = 0;
  int64_t room = 0;
  int64_t null_count = 0;
  columnar::BufferBuilder validity;  // meaningful only while null_count != 0
  columnar::BufferBuilder offsets;
  columnar::BufferBuilder values;
  std::vector<ColumnBuilder> children;
};

}  // namespace ashlar

#endif  // ASHLAR_SRC_COLUMNAR_COLUMN_BUILDER_STATE_H_
