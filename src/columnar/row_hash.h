// Row hashes: a 64-bit hash of every row's content, computed column by column.
//
// Owns: the hash that decides content-defined boundaries (so its values are part of the format:
// they may never change) and its vectorised kernels. Does not own: where boundaries fall
// (chunker.h). Equal logical values hash equally whatever their encoding, offset or nullness of the
// buffers: null hashes as one fixed constant a column.
#ifndef ASHLAR_SRC_COLUMNAR_ROW_HASH_H_
#define ASHLAR_SRC_COLUMNAR_ROW_HASH_H_

#include <cstdint>
#include <vector>

#include "ashlar/column.h"

namespace ashlar::columnar {

// One hash a row of the batch, over all columns in schema order. Target: at most 25 ns a row for
// six columns of which two are short strings.
[[nodiscard]] std::vector<uint64_t> HashRows(const RecordBatch& batch);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ROW_HASH_H_
