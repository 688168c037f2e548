// Predicates on bit-packed zones, decided without unpacking a row.
//
// Owns: turning bounds on values or codes into bounds on what the planes hold. Does not own: the
// comparison of planes (src/columnar/bit_planes.h), or nulls, whose bits mean nothing.
#ifndef ASHLAR_SRC_QUERY_PACKED_SELECT_H_
#define ASHLAR_SRC_QUERY_PACKED_SELECT_H_

#include <cstdint>

#include "src/columnar/packed_column.h"
#include "src/query/value_range.h"
#include "src/query/vector.h"

namespace ashlar::query {

// Rows whose integer is inside of the range; `negated` is not looked at. Bits behind the last row
// are unspecified.
[[nodiscard]] Bits SelectPackedValues(const columnar::PackedZone& zone, const ValueRange& range);
// Rows whose unsigned number is at least `low` and at most `high`.
[[nodiscard]] Bits SelectPackedNumbers(const columnar::PackedZone& zone, uint64_t low,
                                       uint64_t high);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PACKED_SELECT_H_
