// Pruning: what statistics say about a predicate before a row is read.
//
// Owns: judging bound predicates against zone maps, in three-valued logic and on the safe side.
// Does not own: where statistics come from (morsel.h) or what is done about the verdict
// (zone_scan.h).
#ifndef ASHLAR_SRC_QUERY_PRUNING_H_
#define ASHLAR_SRC_QUERY_PRUNING_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "src/query/bound_expression.h"
#include "src/segment/zone_map.h"

namespace ashlar::query {

// kNone: the predicate is true for no row of the zone. kAll: for every row. Else kSome.
enum class Verdict : uint8_t { kNone, kSome, kAll };

// Statistics of an input slot; null where there are none.
using StatisticsOf = std::function<const segment::ZoneMap*(size_t slot)>;

// `rows` is the zone's number of rows: zone maps count nulls, not rows.
[[nodiscard]] Verdict JudgeZone(const BoundExpression& predicate, const StatisticsOf& statistics,
                                uint64_t zone, int64_t rows);

// Whether statistics could ever decide something about the predicate: it cannot fail, and compares
// inputs with literals somewhere. Pruning by a predicate that may fail would hide its error.
[[nodiscard]] bool IsPrunable(const BoundExpression& predicate);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PRUNING_H_
