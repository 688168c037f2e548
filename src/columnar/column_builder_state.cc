// Growth, truncation and hand-over of a builder's buffers; see the header.
#include "src/columnar/column_builder_state.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"

namespace ashlar {
namespace {

constexpr int64_t kFirstRoom = 64;
constexpr int64_t kMaxBytes = static_cast<int64_t>(base::kMaxBufferBytes);

// Clears bits [begin, end), of which end is the last that may be set.
void ClearBits(columnar::BufferBuilder& bits, int64_t begin, int64_t end) {
  const int64_t whole = columnar::BitmapBytes(begin);
  for (int64_t bit = begin; bit < std::min(end, whole * 8); ++bit) {
    columnar::ClearBit(bits.data(), bit);
  }
  const int64_t last = columnar::BitmapBytes(end);
  if (whole < last) std::memset(bits.data() + whole, 0, static_cast<size_t>(last - whole));
}

}  // namespace

ColumnBuilder::State::State(DataType column_type) : type(std::move(column_type)) {
  ASHLAR_CHECK(type.id() != TypeId{} && type.width() >= 0);
  is_bits = type.id() == TypeId::kBool;
  has_offsets = type.is_variable_size() || type.id() == TypeId::kList;
  slot_bytes = type.id() == TypeId::kFixedSizeList ? 0 : type.byte_width();
  for (const Field& field : type.fields()) children.emplace_back(field.type);
}

absl::Status ColumnBuilder::State::MakeMoreRoom() {
  const int64_t row_bytes = std::max<int64_t>({type.byte_width(), has_offsets ? 4 : 0, 1});
  const int64_t max_rows = kMaxBytes / row_bytes - 1;
  if (length >= max_rows) {
    return absl::InvalidArgumentError(
        base::StrCat("a column of type ", type.ToString(), " holds at most ", max_rows, " rows"));
  }
  GrowTo(std::min(std::max(kFirstRoom, length * 2), max_rows));
  return absl::OkStatus();
}

void ColumnBuilder::State::GrowTo(int64_t rows) {
  ASHLAR_CHECK(rows > length);
  const auto count = static_cast<size_t>(rows);
  const auto bitmap_bytes = static_cast<size_t>(columnar::BitmapBytes(rows));
  if (null_count != 0) validity.Resize(bitmap_bytes);
  if (is_bits) values.Resize(bitmap_bytes);
  if (slot_bytes != 0) values.ResizeUninitialized(count * static_cast<size_t>(slot_bytes));
  if (has_offsets) {
    offsets.ResizeUninitialized((count + 1) * 4);
    if (length == 0) base::StoreLittle<int32_t>(offsets.data(), 0);
  }
  room = rows;
}

void ColumnBuilder::State::CloseNull() {
  if (null_count == 0) {
    validity.ResizeUninitialized(static_cast<size_t>(columnar::BitmapBytes(room)));
    std::memset(validity.data(), 0, validity.size());
    columnar::AppendSetBits(validity.data(), 0, length);
  }
  ++null_count;
  ++length;
}

void ColumnBuilder::State::StoreNullSlot() {
  if (slot_bytes != 0) {
    std::memset(values.data() + length * slot_bytes, 0, static_cast<size_t>(slot_bytes));
  }
  if (has_offsets) StoreEnd(EndOf(length));
}

void ColumnBuilder::State::AppendZeroValues(int64_t rows) {
  ASHLAR_CHECK(slot_bytes != 0 && null_count == 0);
  if (rows > room - length) GrowTo(std::max(length + rows, length * 2));
  std::memset(values.data() + length * slot_bytes, 0, static_cast<size_t>(rows * slot_bytes));
  length += rows;
}

void ColumnBuilder::State::Truncate(int64_t rows) {
  ASHLAR_CHECK(rows >= 0 && rows <= length);
  if (rows < length) {
    if (null_count != 0) {
      const int64_t dropped = length - rows;
      null_count -= dropped - columnar::CountSetBits(validity.data(), rows, dropped);
      ClearBits(validity, rows, length);
    }
    if (is_bits) ClearBits(values, rows, length);
    length = rows;
  }
  if (type.is_variable_size()) values.ResizeUninitialized(static_cast<size_t>(EndOf(rows)));
  for (ColumnBuilder& child : children) {
    if (type.id() == TypeId::kStruct) child.Truncate(std::min(rows, child.length()));
    if (type.id() == TypeId::kList) child.Truncate(EndOf(rows));
    if (type.id() == TypeId::kFixedSizeList) child.Truncate(rows * type.width());
  }
}

uint64_t ColumnBuilder::State::ByteSize() const {
  const auto rows = static_cast<uint64_t>(length);
  const auto bitmap_bytes = static_cast<uint64_t>(columnar::BitmapBytes(length));
  uint64_t bytes = rows * static_cast<uint64_t>(slot_bytes);
  if (null_count != 0) bytes += bitmap_bytes;
  if (is_bits) bytes += bitmap_bytes;
  if (has_offsets) bytes += (rows + 1) * 4;
  if (type.is_variable_size()) bytes += values.size();
  for (const ColumnBuilder& child : children) bytes += child.byte_size();
  return bytes;
}

ColumnData ColumnBuilder::State::Take() {
  if (has_offsets && room == 0) GrowTo(kFirstRoom);
  Truncate(length);  // elements of a row that was never closed go
  const auto rows = static_cast<size_t>(length);
  const auto bitmap_bytes = static_cast<size_t>(columnar::BitmapBytes(length));
  ColumnData data;
  data.type = type;
  data.length = length;
  data.null_count = null_count;
  validity.ResizeUninitialized(null_count != 0 ? bitmap_bytes : 0);
  data.validity = validity.Finish();
  if (has_offsets) offsets.ResizeUninitialized((rows + 1) * 4);
  data.offsets = offsets.Finish();
  if (is_bits) values.ResizeUninitialized(bitmap_bytes);
  if (slot_bytes != 0) values.ResizeUninitialized(rows * static_cast<size_t>(slot_bytes));
  data.values = values.Finish();
  for (ColumnBuilder& child : children) data.children.push_back(child.Finish().data());
  length = room = null_count = 0;
  return data;
}

}  // namespace ashlar
