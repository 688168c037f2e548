// MemorySource: record batches in memory as a source.
//
// Owns: cutting batches into morsels and, on request, masks of rows that are not alive. Does not
// own: the values; it shares the batches' columns. The results of earlier stages, batches of
// callers and later the memtable are read through it.
#ifndef ASHLAR_SRC_QUERY_MEMORY_SOURCE_H_
#define ASHLAR_SRC_QUERY_MEMORY_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/query/morsel.h"

namespace ashlar::query {

// Rows of a morsel at most; a multiple of kZoneRows.
inline constexpr int64_t kMorselRows = int64_t{64} << 10;

struct MemorySourceOptions {
  std::string name = "batches";
  int64_t morsel_rows = kMorselRows;  // a multiple of kZoneRows
  // One bit a row over all batches, set: alive. Empty: all rows are.
  std::vector<uint64_t> live = {};
};

// Batches must have the names and types of `schema` (checked). Empty batches are left out.
[[nodiscard]] std::shared_ptr<const Source> MakeMemorySource(Schema schema,
                                                             std::vector<RecordBatch> batches,
                                                             MemorySourceOptions options = {});

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_MEMORY_SOURCE_H_
