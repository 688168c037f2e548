// Raw reads of ColumnData buffers, for code that knows the encoding it is looking at.
//
// Owns: the few loads that column access, comparison, validation and encoding share. Does not own:
// checks; callers have them behind them. Loads go through memcpy, for buffers of other Arrow
// producers need not be aligned.
#ifndef ASHLAR_SRC_COLUMNAR_COLUMN_DATA_H_
#define ASHLAR_SRC_COLUMNAR_COLUMN_DATA_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ashlar/column.h"
#include "src/base/bytes.h"
#include "src/columnar/bitmap.h"

namespace ashlar::columnar {

// ColumnData::null_count of a slice that nobody has counted yet.
inline constexpr int64_t kUnknownNullCount = -1;

// In all these, `index` is a physical row: ColumnData::offset included.

template <typename T>
[[nodiscard]] T LoadValue(const ColumnData& data, int64_t index) {
  return base::LoadLittle<T>(data.values.data() + index * static_cast<int64_t>(sizeof(T)));
}

// Where the bytes or elements of row `index` begin; row `index` ends where the next one begins.
[[nodiscard]] inline int32_t LoadOffset(const ColumnData& data, int64_t index) {
  return base::LoadLittle<int32_t>(data.offsets.data() +
                                   index * static_cast<int64_t>(sizeof(int32_t)));
}

[[nodiscard]] inline uint32_t LoadCode(const ColumnData& data, int64_t index) {
  if (data.code_width == 1) return LoadValue<uint8_t>(data, index);
  if (data.code_width == 2) return LoadValue<uint16_t>(data, index);
  return LoadValue<uint32_t>(data, index);
}

[[nodiscard]] inline std::string_view LoadVariableBytes(const ColumnData& data, int64_t index) {
  const int32_t begin = LoadOffset(data, index);
  const int32_t end = LoadOffset(data, index + 1);
  return {reinterpret_cast<const char*>(data.values.data()) + begin,
          static_cast<size_t>(end - begin)};
}

[[nodiscard]] inline std::string_view LoadFixedBytes(const ColumnData& data, int64_t index,
                                                     int32_t width) {
  return {reinterpret_cast<const char*>(data.values.data()) + index * width,
          static_cast<size_t>(width)};
}

// Whether any row of a constant column is null: then all are.
[[nodiscard]] inline bool IsNullConstant(const ColumnData& data) {
  return data.encoding == Encoding::kConstant && data.dictionary->length == 0;
}

// Asks for the memory that holds the value of a logical row, or says where it is.
inline void PrefetchValue(const ColumnData& data, int64_t row) {
  if (data.encoding == Encoding::kConstant) return;
  const int64_t index = data.offset + row;
  if (data.encoding == Encoding::kDictionary) {
    __builtin_prefetch(data.values.data() + index * data.code_width);
  } else if (data.type.is_variable_size()) {
    __builtin_prefetch(data.offsets.data() + index * static_cast<int64_t>(sizeof(int32_t)));
  } else if (!data.values.empty()) {
    __builtin_prefetch(data.values.data() + index * data.type.byte_width());
  }
}

// A view of rows [offset, offset + length) of `data`, which the caller has checked to be inside.
[[nodiscard]] ColumnData SliceData(const ColumnData& data, int64_t offset, int64_t length);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_COLUMN_DATA_H_
