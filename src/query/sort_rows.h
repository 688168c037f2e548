// SortRows: the order of rows by their keys.
//
// Owns: the sort. Does not own: keys (sort_keys.h) or moving rows (gather_reader.h).
#ifndef ASHLAR_SRC_QUERY_SORT_ROWS_H_
#define ASHLAR_SRC_QUERY_SORT_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "src/query/control.h"
#include "src/query/sort_keys.h"

namespace ashlar::query {

// Row numbers in order; rows of equal keys stay as they were.
// Fails only as `control` (null: never) says that the query should stop, which it is asked about
// every millisecond.
[[nodiscard]] absl::StatusOr<std::vector<uint32_t>> SortRows(const SortKeys& keys,
                                                             const QueryControl* control = nullptr);
// Bytes of memory that SortRows needs for a row, its result included.
inline constexpr uint64_t kSortBytesPerRow = 2 * 16 + sizeof(uint32_t);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SORT_ROWS_H_
