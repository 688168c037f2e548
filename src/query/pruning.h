// Pruning: what statistics say about a predicate before a row is read.
//
// Owns: judging bound predicates against zone maps, in three-valued logic and on the safe side.
// Does not own: where statistics come from (morsel.h) or what is done about the verdict
// (zone_scan.h).
#ifndef ASHLAR_SRC_QUERY_PRUNING_H_
#define ASHLAR_SRC_QUERY_PRUNING_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/query/bound_expression.h"
#include "src/segment/zone_map.h"

namespace ashlar::query {

// kNone: the predicate is true for no row of the zone. kAll: for every row. Else kSome.
enum class Verdict : uint8_t { kNone, kSome, kAll };

// Statistics by input slot; null where there are none.
using Statistics = std::span<const segment::ZoneMap* const>;

// `rows` is the zone's number of rows: zone maps count nulls, not rows.
[[nodiscard]] Verdict JudgeZone(const BoundExpression& predicate, Statistics statistics,
                                uint64_t zone, int64_t rows);

// Bit i: the verdict about zone first + i. A zone without a bit is kSome.
struct ZoneVerdicts {
  uint64_t none = 0;
  uint64_t all = 0;
};
// JudgeZone() of the zones that hold `rows` rows from zone `first` on, but of 64 at most.
[[nodiscard]] ZoneVerdicts JudgeZones(const BoundExpression& predicate, Statistics statistics,
                                      uint64_t first, int64_t rows);

// Whether statistics could ever decide something about the predicate: it cannot fail, and compares
// inputs with literals somewhere. Pruning by a predicate that may fail would hide its error.
[[nodiscard]] bool IsPrunable(const BoundExpression& predicate);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PRUNING_H_
