// Rows of many batches in a given order, a batch at a time.
//
// Owns: gathering over several sources of one schema. Does not own: the order. Rows of one output
// batch are taken from each input batch in one go and then put in order: two moves of a row, but
// every type and encoding by the same code (take.h).
#ifndef ASHLAR_SRC_QUERY_GATHER_READER_H_
#define ASHLAR_SRC_QUERY_GATHER_READER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "ashlar/column.h"
#include "src/query/control.h"

namespace ashlar::query {

// Row i of what it reads is row order[i], counted over all batches. Batches of at most kBatchRows
// rows, fewer where rows are wide, are made when they are asked for. `owner` is kept as long as the
// reader.
[[nodiscard]] std::unique_ptr<BatchReader> MakeGatherReader(Schema schema,
                                                            std::vector<RecordBatch> batches,
                                                            std::vector<uint32_t> order,
                                                            std::shared_ptr<const void> owner,
                                                            const QueryControl* control = nullptr);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_GATHER_READER_H_
