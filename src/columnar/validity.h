// Validity bitmaps that begin at bit 0, for columns whose other buffers are made anew.
//
// Owns: sharing or copying the bits of a slice. Does not own: counting them (bitmap.h).
#ifndef ASHLAR_SRC_COLUMNAR_VALIDITY_H_
#define ASHLAR_SRC_COLUMNAR_VALIDITY_H_

#include "ashlar/column.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"

namespace ashlar::columnar {

// Whether physical row `index` is null by the bitmap.
[[nodiscard]] inline bool IsMarkedNull(const ColumnData& data, int64_t index) {
  return !data.validity.empty() && !GetBit(data.validity.data(), index);
}

// The bits of rows [offset, offset + length) from bit 0 on; empty when there is no bitmap.
[[nodiscard]] inline PinnedBytes ValidityFromZero(const ColumnData& data) {
  if (data.validity.empty() || data.offset == 0) return data.validity;
  BufferBuilder bits;
  bits.Resize(static_cast<size_t>(BitmapBytes(data.length)));
  CopyBits(data.validity.data(), data.offset, bits.data(), data.length);
  return bits.Finish();
}

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_VALIDITY_H_
