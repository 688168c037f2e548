// Which rows differ from what is stored.
//
// Owns: comparing whole columns, and single rows only where columns differ; exact, whatever the
// encodings. Does not own: finding the stored rows (found_rows.h).
#ifndef ASHLAR_SRC_STORE_CHANGED_ROWS_H_
#define ASHLAR_SRC_STORE_CHANGED_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/store/found_rows.h"

namespace ashlar::store {

// Of `rows`, ascending numbers of rows of `given` and of keys of `found`, all of which were found:
// those with a value other than the stored one, ascending. Fields of `schema` that `given` lacks do
// not count.
[[nodiscard]] absl::StatusOr<std::vector<uint32_t>> ChangedRows(const RecordBatch& given,
                                                                const FoundRows& found,
                                                                const std::vector<uint32_t>& rows,
                                                                const Schema& schema);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_CHANGED_ROWS_H_
