// All-null columns; see the header. Leaves are constants without a value and need no memory; nested
// columns share one run of zeros for bitmaps and offsets.
#include "src/columnar/null_column.h"

#include <memory>
#include <utility>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/canonical_runs.h"

namespace ashlar::columnar {
namespace {

PinnedBytes MakeZeros(size_t size) {
  BufferBuilder zeros;
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
  if (type.is_variable_size()) data->offsets = FirstBytes(zeros, sizeof(int32_t));
  return data;
}

std::shared_ptr<const ColumnData> MakeNode(const DataType& type, int64_t rows,
                                           const PinnedBytes& zeros) {
  auto data = std::make_shared<ColumnData>();
  data->type = type;
  data->length = rows;
  data->null_count = rows;
  if (!HasChildren(type)) {
    data->encoding = Encoding::kConstant;
    data->dictionary = MakeEmptyPlain(type, zeros);
    return data;
  }
  if (rows > 0) data->validity = FirstBytes(zeros, static_cast<size_t>(BitmapBytes(rows)));
  int64_t child_rows = rows;
  if (type.id() == TypeId::kList) {
    data->offsets = FirstBytes(zeros, (static_cast<size_t>(rows) + 1) * sizeof(int32_t));
    child_rows = 0;
  } else if (type.id() == TypeId::kFixedSizeList) {
    child_rows = rows * type.width();
  }
  for (const Field& field : type.fields()) {
    data->children.push_back(MakeNode(field.type, child_rows, zeros));
  }
  return data;
}

}  // namespace

NullColumns::NullColumns(int64_t rows) : rows_(rows) {
  ASHLAR_CHECK(rows >= 0 && static_cast<uint64_t>(rows) <= base::kMaxSegmentRows);
}

Column NullColumns::Make(const DataType& type) {
  const size_t offsets = HasChildren(type) ? static_cast<size_t>(rows_) + 1 : 1;
  const size_t wanted = offsets * sizeof(int32_t);
  if (zeros_.size() < wanted) zeros_ = MakeZeros(wanted);
  return Column(MakeNode(type, rows_, zeros_));
}

Column MakeNullColumn(const DataType& type, int64_t rows) { return NullColumns(rows).Make(type); }

}  // namespace ashlar::columnar
