// SortRows: the order of rows by their keys.
//
// Owns: the sort. Does not own: keys (sort_keys.h) or moving rows (gather_reader.h).
#ifndef ASHLAR_SRC_QUERY_SORT_ROWS_H_
#define ASHLAR_SRC_QUERY_SORT_ROWS_H_

#include <cstdint>
#include <vector>

#include "src/query/sort_keys.h"

namespace ashlar::query {

// Row numbers in order; rows of equal keys stay as they were.
[[nodiscard]] std::vector<uint32_t> SortRows(const SortKeys& keys);
// Bytes of memory that SortRows needs for a row, its result included.
inline constexpr uint64_t kSortBytesPerRow = 2 * 16 + sizeof(uint32_t);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SORT_ROWS_H_
