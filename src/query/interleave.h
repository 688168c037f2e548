// Interleave: rows of several columns, in any order, as one column.
//
// Owns: gathering leaves row by row straight from where they lie, whatever their encodings; other
// types by the same moves as take.h, source by source. Does not own: which rows. A merge of many
// runs takes a row here and a row there: a copy for each source, and another to put them in order,
// would cost more than the rows.
#ifndef ASHLAR_SRC_QUERY_INTERLEAVE_H_
#define ASHLAR_SRC_QUERY_INTERLEAVE_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "ashlar/column.h"

namespace ashlar::query {

// Row `row` of source number `source`.
struct RowPlace {
  uint32_t source = 0;
  uint32_t row = 0;
};

// Row i of the result is row places[i]. Sources are of `type`, places inside of them (checked).
// Leaves come out plain. InvalidArgument when a buffer would exceed 2 GiB.
[[nodiscard]] absl::StatusOr<Column> Interleave(const DataType& type,
                                                std::span<const Column> sources,
                                                std::span<const RowPlace> places);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_INTERLEAVE_H_
