// The rows of a memtable's view as batches.
//
// Owns: putting the columns of a chunk together. Does not own: which rows are alive.
#ifndef ASHLAR_SRC_LOG_MEMTABLE_ROWS_H_
#define ASHLAR_SRC_LOG_MEMTABLE_ROWS_H_

#include <cstddef>

#include "ashlar/column.h"
#include "src/log/memtable_view.h"

namespace ashlar::log {

// All rows of a chunk, dead ones included; shares the chunk.
[[nodiscard]] RecordBatch ReadChunk(const MemtableView& view, size_t chunk);

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_MEMTABLE_ROWS_H_
