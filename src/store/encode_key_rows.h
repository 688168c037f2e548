// The encoded keys of some rows of a segment, for whoever takes segments piece by piece.
#ifndef ASHLAR_SRC_STORE_ENCODE_KEY_ROWS_H_
#define ASHLAR_SRC_STORE_ENCODE_KEY_ROWS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/status_macros.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_codec.h"
#include "src/store/segment_keys.h"

namespace ashlar::store {

// Of rows [first, first + rows), which the segment has.
[[nodiscard]] inline absl::StatusOr<columnar::EncodedKeys> EncodeKeyRows(
    const SegmentKeys& keys, uint32_t first, uint32_t rows, const columnar::KeyCodec& codec) {
  std::vector<Column> columns;
  for (const Column& column : keys.columns().columns()) {
    ASSIGN_OR_RETURN(Column part, column.Slice(first, rows));
    columns.push_back(std::move(part));
  }
  return codec.EncodeColumns(columns);
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_ENCODE_KEY_ROWS_H_
