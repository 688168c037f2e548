// The logical size of each row of a batch.
//
// Owns: row sizes as segment cutting sees them: a pure function of a row's content, so that equal
// content is cut equally however it came in batches.
#ifndef ASHLAR_SRC_STORE_ROW_BYTES_H_
#define ASHLAR_SRC_STORE_ROW_BYTES_H_

#include <cstdint>
#include <vector>

#include "ashlar/column.h"

namespace ashlar::store {

struct RowBytes {
  uint64_t uniform = 0;            // bytes that every row has
  std::vector<uint32_t> variable;  // bytes beside these, a row; empty when there are none
};

[[nodiscard]] RowBytes MeasureRows(const RecordBatch& batch);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_ROW_BYTES_H_
