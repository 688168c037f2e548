// Columns from values at hand: a convenience for tests, bindings and small callers.
//
// Owns: FromFixedWidthBytes and FromStrings. Does not own: checked, row-wise building (builder.h).
#include <memory>
#include <utility>

#include "ashlar/column.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/buffer_builder.h"

namespace ashlar {
namespace {

ColumnData PlainData(DataType type, int64_t length) {
  ColumnData data;
  data.type = std::move(type);
  data.length = length;
  return data;
}

PinnedBytes CopyBytes(std::span<const std::byte> bytes) {
  columnar::BufferBuilder buffer;
  buffer.Append(bytes);
  return buffer.Finish();
}

}  // namespace

Column Column::FromFixedWidthBytes(DataType type, std::span<const std::byte> bytes) {
  const auto width = static_cast<size_t>(type.byte_width());
  ASHLAR_CHECK(width > 0 && bytes.size() % width == 0);
  const bool is_vector = type.id() == TypeId::kFixedSizeList;
  ColumnData data = PlainData(std::move(type), static_cast<int64_t>(bytes.size() / width));
  if (is_vector) {
    data.children.push_back(FromFixedWidthBytes(Float32(), bytes).data());
  } else {
    data.values = CopyBytes(bytes);
  }
  return Column(std::make_shared<const ColumnData>(std::move(data)));
}

Column Column::FromStrings(std::span<const std::string_view> values) {
  columnar::BufferBuilder offsets;
  columnar::BufferBuilder bytes;
  offsets.ResizeUninitialized((values.size() + 1) * sizeof(int32_t));
  base::StoreLittle<int32_t>(offsets.data(), 0);
  for (size_t i = 0; i < values.size(); ++i) {
    ASHLAR_CHECK(values[i].size() <= base::kMaxBufferBytes - bytes.size());
    bytes.Append(base::AsBytes(values[i]));
    base::StoreLittle<int32_t>(offsets.data() + (i + 1) * sizeof(int32_t),
                               static_cast<int32_t>(bytes.size()));
  }
  ColumnData data = PlainData(Utf8(), static_cast<int64_t>(values.size()));
  data.offsets = offsets.Finish();
  data.values = bytes.Finish();
  return Column(std::make_shared<const ColumnData>(std::move(data)));
}

}  // namespace ashlar
