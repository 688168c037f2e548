// Comparing the bounds of a zone with a literal; see the header.
#include "src/query/zone_bounds.h"

#include <cmath>
#include <string_view>

namespace ashlar::query {
namespace {

using segment::ZoneMap;

template <typename T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// NaN equals itself and is greater than every number.
int CompareReal(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  }
  return Sign(a, b);
}

int CompareMixed(int64_t a, uint64_t b) { return a < 0 ? -1 : Sign(static_cast<uint64_t>(a), b); }

std::optional<BoundsAgainst> CompareSigned(const ZoneMap& map, uint64_t zone,
                                           const BoundExpression& literal) {
  const int64_t min = map.MinInt64(zone);
  const int64_t max = map.MaxInt64(zone);
  if (literal.physical == Physical::kInt64) {
    return BoundsAgainst{Sign(min, literal.literal.int64), Sign(max, literal.literal.int64)};
  }
  if (literal.physical == Physical::kUInt64) {
    return BoundsAgainst{CompareMixed(min, literal.literal.uint64),
                         CompareMixed(max, literal.literal.uint64)};
  }
  return std::nullopt;
}

std::optional<BoundsAgainst> CompareUnsigned(const ZoneMap& map, uint64_t zone,
                                             const BoundExpression& literal) {
  const uint64_t min = map.MinUInt64(zone);
  const uint64_t max = map.MaxUInt64(zone);
  if (literal.physical == Physical::kBool) {
    const uint64_t value = literal.literal.boolean ? 1 : 0;
    return BoundsAgainst{Sign(min, value), Sign(max, value)};
  }
  if (literal.physical == Physical::kUInt64) {
    return BoundsAgainst{Sign(min, literal.literal.uint64), Sign(max, literal.literal.uint64)};
  }
  if (literal.physical == Physical::kInt64) {
    return BoundsAgainst{-CompareMixed(literal.literal.int64, min),
                         -CompareMixed(literal.literal.int64, max)};
  }
  return std::nullopt;
}

// A maximum that was cut is a prefix of values that may be longer: equal so far means greater.
BoundsAgainst CompareBytes(const ZoneMap& map, uint64_t zone, std::string_view literal) {
  const std::string_view max = map.MaxBytes(zone);
  const bool truncated = map.max_truncated(zone);
  const int max_order = max.compare(truncated ? literal.substr(0, max.size()) : literal);
  return {.min = Sign(map.MinBytes(zone).compare(literal), 0),
          .max = max_order == 0 && truncated ? 1 : Sign(max_order, 0)};
}

std::optional<BoundsAgainst> CompareDoubles(const ZoneMap& map, uint64_t zone, double literal) {
  if (!map.has_bounds(zone) && !map.has_nan(zone)) return std::nullopt;
  const double min = map.has_bounds(zone) ? map.MinDouble(zone) : std::nan("");
  const double max = map.has_nan(zone) ? std::nan("") : map.MaxDouble(zone);
  return BoundsAgainst{CompareReal(min, literal), CompareReal(max, literal)};
}

}  // namespace

std::optional<BoundsAgainst> CompareBounds(const segment::ZoneMap& map, uint64_t zone,
                                           const BoundExpression& literal) {
  if (map.type().is_floating()) {
    if (literal.physical != Physical::kDouble) return std::nullopt;
    return CompareDoubles(map, zone, literal.literal.real);
  }
  if (!map.has_bounds(zone)) return std::nullopt;
  switch (PhysicalOf(map.type())) {
    case Physical::kInt64:
      return CompareSigned(map, zone, literal);
    case Physical::kUInt64:
    case Physical::kBool:
      return CompareUnsigned(map, zone, literal);
    case Physical::kBytes:
      if (literal.physical != Physical::kBytes) return std::nullopt;
      return CompareBytes(map, zone, literal.literal.bytes);
    default:
      return std::nullopt;
  }
}

}  // namespace ashlar::query
