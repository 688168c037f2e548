// Slices of columns and the count of nulls in them.
//
// Owns: O(1) views. Does not own: batches (record_batch.cc), which slice their columns with this.
#include <algorithm>
#include <memory>

#include "ashlar/column.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"

namespace ashlar {
namespace columnar {

ColumnData SliceData(const ColumnData& data, int64_t offset, int64_t length) {
  ASHLAR_CHECK(offset >= 0 && length >= 0 && offset <= data.length &&
               length <= data.length - offset);
  ColumnData slice = data;
  slice.offset += offset;
  slice.length = length;
  // All or nothing stays so; anything between is counted when asked for.
  if (data.null_count == data.length) {
    slice.null_count = length;
  } else if (data.null_count != 0 && length != data.length) {
    slice.null_count = kUnknownNullCount;
  }
  return slice;
}

}  // namespace columnar

int64_t Column::null_count() const {
  const ColumnData& data = *data_;
  if (data.null_count != columnar::kUnknownNullCount) return data.null_count;
  if (data.encoding == Encoding::kConstant) return data.dictionary->length == 0 ? data.length : 0;
  if (data.validity.empty()) return 0;
  return data.length - columnar::CountSetBits(data.validity.data(), data.offset, data.length);
}

absl::StatusOr<Column> Column::Slice(int64_t offset, int64_t length) const {
  if (offset < 0 || length < 0 || offset > data_->length || length > data_->length - offset) {
    return absl::OutOfRangeError(base::StrCat("slice of ", length, " rows at ", offset,
                                              " is outside of a column of ", data_->length,
                                              " rows"));
  }
  if (offset == 0 && length == data_->length) return *this;
  return Column(std::make_shared<const ColumnData>(columnar::SliceData(*data_, offset, length)));
}

}  // namespace ashlar
