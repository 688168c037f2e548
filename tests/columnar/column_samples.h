// Columns of every encoding, made by hand: what no builder makes.
//
// Owns: shortcuts for tests of this folder. Does not own: random data (tests/testing).
#ifndef ASHLAR_TESTS_COLUMNAR_COLUMN_SAMPLES_H_
#define ASHLAR_TESTS_COLUMNAR_COLUMN_SAMPLES_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"

namespace ashlar::columnar {

template <typename T>
PinnedBytes BufferOf(const std::vector<T>& values) {
  BufferBuilder buffer;
  buffer.Append(std::as_bytes(std::span(values)));
  return buffer.Finish();
}

inline PinnedBytes BitmapOf(const std::vector<bool>& bits) {
  BufferBuilder buffer;
  buffer.Resize(static_cast<size_t>(BitmapBytes(static_cast<int64_t>(bits.size()))));
  for (size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) SetBit(buffer.data(), static_cast<int64_t>(i));
  }
  return buffer.Finish();
}

inline Column MakeColumn(ColumnData data) {
  return Column(std::make_shared<const ColumnData>(std::move(data)));
}

// Codes into `values`; a missing code is a null.
inline ColumnData DictionaryData(const Column& values,
                                 const std::vector<std::optional<uint8_t>>& codes) {
  ColumnData data;
  data.type = values.type();
  data.encoding = Encoding::kDictionary;
  data.code_width = 1;
  data.length = static_cast<int64_t>(codes.size());
  data.dictionary = values.data();
  std::vector<uint8_t> bytes;
  std::vector<bool> valid;
  for (const std::optional<uint8_t>& code : codes) {
    bytes.push_back(code.value_or(0));
    valid.push_back(code.has_value());
    if (!code.has_value()) ++data.null_count;
  }
  data.values = BufferOf(bytes);
  if (data.null_count != 0) data.validity = BitmapOf(valid);
  return data;
}

// `rows` times the one value of `value`; none: all null.
inline ColumnData ConstantData(const Column& value, int64_t rows) {
  ColumnData data;
  data.type = value.type();
  data.encoding = Encoding::kConstant;
  data.length = rows;
  data.dictionary = value.data();
  data.null_count = value.length() == 0 ? rows : 0;
  return data;
}

inline Column Texts(const std::vector<std::optional<std::string_view>>& values) {
  ColumnBuilder builder(Utf8());
  for (const auto& value : values) {
    if (!value.has_value()) {
      builder.AppendNull();
    } else if (!builder.AppendBytes(*value).ok()) {
      std::abort();
    }
  }
  return builder.Finish();
}

}  // namespace ashlar::columnar

#endif  // ASHLAR_TESTS_COLUMNAR_COLUMN_SAMPLES_H_
