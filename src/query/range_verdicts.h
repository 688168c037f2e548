// Range verdicts: what zone maps say about a comparison of a number with a literal, many zones at a
// time.
//
// Owns: the tight loop over the entries of one zone map, for the predicate that nearly every query
// has. Does not own: what a verdict is, or any other predicate (pruning.h); both must agree.
#ifndef ASHLAR_SRC_QUERY_RANGE_VERDICTS_H_
#define ASHLAR_SRC_QUERY_RANGE_VERDICTS_H_

#include <cstdint>

#include "src/query/pruning.h"

namespace ashlar::query {

// Adds verdicts about the first `count` zones from `first` on, and returns which of them are
// settled: bit i says that what `verdicts` has of zone first + i is final. A predicate of another
// kind, and a zone without bounds or with NaN, is left alone.
[[nodiscard]] uint64_t JudgeRange(const BoundExpression& predicate, Statistics statistics,
                                  uint64_t first, uint64_t count, ZoneVerdicts* verdicts);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_RANGE_VERDICTS_H_
