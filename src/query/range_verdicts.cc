// The loop over entries; see the header.
#include "src/query/range_verdicts.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "src/base/check.h"
#include "src/query/comparison.h"
#include "src/query/value_range.h"

namespace ashlar::query {
namespace {

using segment::ZoneMap;

// `bounds_of(zone)` are those of the zone's values. NaN, which is above every number, is never a
// bound: as the upper end of the range it stands for no end.
template <typename T, typename BoundsOf>
uint64_t Judge(const ZoneMap& map, T low, T high, bool open_above, uint64_t first, uint64_t count,
               ZoneVerdicts* verdicts, const BoundsOf& bounds_of) {
  uint64_t settled = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t zone = first + i;
    if (!map.has_bounds(zone) || map.has_nan(zone)) continue;
    const auto [min, max] = bounds_of(zone);
    const bool none = max < low || (!open_above && min > high);
    const bool all = min >= low && (open_above || max <= high) && map.null_count(zone) == 0;
    verdicts->none |= uint64_t{none} << i;
    verdicts->all |= uint64_t{all} << i;
    settled |= uint64_t{1} << i;
  }
  return settled;
}

std::optional<ValueRange> RangeOfInput(const BoundExpression& comparison,
                                       const BoundExpression& input, const BoundExpression& literal,
                                       Op op) {
  if (input.op != Op::kInput || literal.op != Op::kLiteral || comparison.may_fail) {
    return std::nullopt;
  }
  std::optional<ValueRange> range = RangeOf(op, input.physical, literal.physical, literal.literal);
  // Without a value in the range nothing is true, but nulls stay null: the general way knows.
  if (range.has_value() && (range->negated || range->IsEmpty())) return std::nullopt;
  return range;
}

}  // namespace

uint64_t JudgeRange(const BoundExpression& predicate, Statistics statistics, uint64_t first,
                    uint64_t count, ZoneVerdicts* verdicts) {
  if (!IsComparison(predicate.op)) return 0;
  const bool mirrored = predicate.args[0]->op == Op::kLiteral;
  const BoundExpression& input = *predicate.args[mirrored ? 1 : 0];
  const BoundExpression& literal = *predicate.args[mirrored ? 0 : 1];
  const std::optional<ValueRange> range =
      RangeOfInput(predicate, input, literal, mirrored ? Mirrored(predicate.op) : predicate.op);
  if (!range.has_value()) return 0;
  const ZoneMap* const map = statistics[input.input];
  if (map == nullptr || first >= map->zones() || PhysicalOf(map->type()) != range->physical) {
    return 0;
  }
  count = std::min(count, map->zones() - first);
  switch (range->physical) {
    case Physical::kInt64:
      return Judge(
          *map, range->int_low, range->int_high, false, first, count, verdicts,
          [map](uint64_t zone) { return std::pair(map->MinInt64(zone), map->MaxInt64(zone)); });
    case Physical::kUInt64:
      return Judge(
          *map, range->uint_low, range->uint_high, false, first, count, verdicts,
          [map](uint64_t zone) { return std::pair(map->MinUInt64(zone), map->MaxUInt64(zone)); });
    default:
      ASHLAR_CHECK(range->physical == Physical::kDouble);
      if (std::isnan(range->real_low)) return 0;
      return Judge(*map, range->real_low, range->real_high, std::isnan(range->real_high), first,
                   count, verdicts, [map](uint64_t zone) {
                     return std::pair(map->MinDouble(zone), map->MaxDouble(zone));
                   });
  }
}

}  // namespace ashlar::query
