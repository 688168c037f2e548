// How the bounds of a zone compare with a literal.
//
// Owns: comparing across widths and signs, cut byte strings and NaN, on the safe side. Does not
// own: what follows for a predicate (pruning.h).
#ifndef ASHLAR_SRC_QUERY_ZONE_BOUNDS_H_
#define ASHLAR_SRC_QUERY_ZONE_BOUNDS_H_

#include <cstdint>
#include <optional>

#include "src/query/bound_expression.h"
#include "src/segment/zone_map.h"

namespace ashlar::query {

// Signs of minimum and maximum against the literal: -1 below it, 0 equal, 1 above. Conservative: no
// value is below the minimum or above the maximum.
struct BoundsAgainst {
  int min = 0;
  int max = 0;
};

// Nothing where the zone has no bounds or the kinds do not compare. The literal is not null.
[[nodiscard]] std::optional<BoundsAgainst> CompareBounds(const segment::ZoneMap& map, uint64_t zone,
                                                         const BoundExpression& literal);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ZONE_BOUNDS_H_
