// All-null columns; see the header. Leaves are constants without a value and need no memory; nested
// columns share one run of zeros for bitmaps and offsets.
#include "src/segment/null_column.h"

#include <memory>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"
#include "src/segment/chunk_codec.h"

namespace ashlar::segment {
namespace {

PinnedBytes MakeZeros(size_t size) {
  columnar::BufferBuilder zeros;
  zeros.Resize(size);
  return zeros.Finish();
}

PinnedBytes FirstBytes(const PinnedBytes& zeros, size_t size) {
  ASHLAR_CHECK(size <= zeros.size());
  return PinnedBytes(zeros.owner(), zeros.bytes().first(size));
}

std::shared_ptr<ColumnData> MakeEmptyPlain(const DataType& type, const PinnedBytes& zeros) {
  auto data = std::make_shared<ColumnData>();
  data->type = type;
  if (ShapeOf(type) == Shape::kBytes) data->offsets = FirstBytes(zeros, sizeof(int32_t));
  return data;
}

std::shared_ptr<const ColumnData> MakeNode(const DataType& type, int64_t rows,
                                           const PinnedBytes& zeros) {
  const Shape shape = ShapeOf(type);
  auto data = std::make_shared<ColumnData>();
  data->type = type;
  data->length = rows;
  data->null_count = rows;
  if (shape != Shape::kVector && !type.is_nested()) {
    data->encoding = Encoding::kConstant;
    data->dictionary = MakeEmptyPlain(type, zeros);
    return data;
  }
  if (rows > 0) {
    data->validity = FirstBytes(zeros, static_cast<size_t>(columnar::BitmapBytes(rows)));
  }
  int64_t child_rows = rows;
  if (shape == Shape::kList) {
    data->offsets = FirstBytes(zeros, (static_cast<size_t>(rows) + 1) * sizeof(int32_t));
    child_rows = 0;
  } else if (shape == Shape::kVector) {
    child_rows = rows * type.width();
  }
  for (const DataType& child : ChildTypes(type)) {
    data->children.push_back(MakeNode(child, child_rows, zeros));
  }
  return data;
}

}  // namespace

Column MakeNullColumn(const DataType& type, int64_t rows) {
  ASHLAR_CHECK(rows >= 0 && static_cast<uint64_t>(rows) <= base::kMaxSegmentRows);
  const bool has_buffers = type.is_nested() || ShapeOf(type) == Shape::kVector;
  const size_t offsets = has_buffers ? static_cast<size_t>(rows) + 1 : 1;
  return Column(MakeNode(type, rows, MakeZeros(offsets * sizeof(int32_t))));
}

}  // namespace ashlar::segment
