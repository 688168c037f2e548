// A literal is placed among the values of the other type: on one of them, between two neighbours,
// or beyond either end. The rest is a small table.
#include "src/query/literal_bounds.h"

#include <cmath>
#include <limits>

#include "src/base/check.h"
#include "src/query/calendar.h"
#include "src/query/casts.h"
#include "src/query/scalar_math.h"

namespace ashlar::query {
namespace {

enum class Where { kBelowAll, kExact, kAfterFloor, kAboveAll };

struct Placed {
  Where where = Where::kExact;
  LiteralValue floor;  // the largest value of the type that is not above the literal
};

Placed At(Where where) {
  Placed placed;
  placed.where = where;
  placed.floor.is_null = false;
  return placed;
}
Placed AtInt64(int64_t value, bool exact = true) {
  Placed placed = At(exact ? Where::kExact : Where::kAfterFloor);
  placed.floor.int64 = value;
  return placed;
}
Placed AtUInt64(uint64_t value, bool exact = true) {
  Placed placed = At(exact ? Where::kExact : Where::kAfterFloor);
  placed.floor.uint64 = value;
  return placed;
}

// Among int64 or uint64 values.
Placed PlaceDouble(Physical physical, double value) {
  const bool is_signed = physical == Physical::kInt64;
  // NaN is greater than every number.
  if (std::isnan(value) || value >= (is_signed ? kInt64End : kUInt64End)) {
    return At(Where::kAboveAll);
  }
  if (value < (is_signed ? -kInt64End : 0)) return At(Where::kBelowAll);
  const double floor = std::floor(value);
  const bool exact = floor == value;
  return is_signed ? AtInt64(static_cast<int64_t>(floor), exact)
                   : AtUInt64(static_cast<uint64_t>(floor), exact);
}

// Among doubles: `nearest` is the integer rounded, `order` how that compares with it.
Placed PlaceAmongDoubles(double nearest, int order) {
  Placed placed = At(order == 0 ? Where::kExact : Where::kAfterFloor);
  placed.floor.real =
      order > 0 ? std::nextafter(nearest, -std::numeric_limits<double>::infinity()) : nearest;
  return placed;
}

int CompareDoubleWithInt64(double rounded, int64_t value) {
  if (rounded >= kInt64End) return 1;
  return CompareInteger(static_cast<int64_t>(rounded), value);
}
int CompareDoubleWithUInt64(double rounded, uint64_t value) {
  if (rounded >= kUInt64End) return 1;
  return CompareInteger(static_cast<uint64_t>(rounded), value);
}

Placed Place(const DataType& type, const DataType& from, const LiteralValue& literal) {
  const Physical physical = PhysicalOf(type);
  switch (PhysicalOf(from)) {
    case Physical::kDouble:
      if (physical != Physical::kDouble) return PlaceDouble(physical, literal.real);
      return PlaceAmongDoubles(literal.real, 0);
    case Physical::kUInt64:
      if (physical == Physical::kUInt64) return AtUInt64(literal.uint64);
      if (physical == Physical::kDouble) {
        const auto rounded = static_cast<double>(literal.uint64);
        return PlaceAmongDoubles(rounded, CompareDoubleWithUInt64(rounded, literal.uint64));
      }
      if (literal.uint64 > INT64_MAX) return At(Where::kAboveAll);
      return AtInt64(static_cast<int64_t>(literal.uint64));
    default:
      break;
  }
  ASHLAR_CHECK(PhysicalOf(from) == Physical::kInt64);
  const int64_t value = literal.int64;
  if (physical == Physical::kDouble) {
    const auto rounded = static_cast<double>(value);
    return PlaceAmongDoubles(rounded, CompareDoubleWithInt64(rounded, value));
  }
  if (physical == Physical::kUInt64) {
    return value < 0 ? At(Where::kBelowAll) : AtUInt64(static_cast<uint64_t>(value));
  }
  if (type.id() == TypeId::kDate32 && from.id() == TypeId::kTimestamp) {
    return AtInt64(DayOfMicros(value), FloorRemainder(value, kMicrosPerDay) == 0);
  }
  if (type.id() == TypeId::kTimestamp && from.id() == TypeId::kDate32) {
    const std::optional<int64_t> micros = CheckedTimes(value, kMicrosPerDay);
    if (micros.has_value()) return AtInt64(*micros);
    return At(value < 0 ? Where::kBelowAll : Where::kAboveAll);
  }
  return AtInt64(value);
}

// The smallest value: `x >= min` holds for every value, `x < min` for none.
LiteralValue MinOf(const DataType& type) {
  LiteralValue min;
  min.is_null = false;
  if (PhysicalOf(type) == Physical::kDouble) min.real = -std::numeric_limits<double>::infinity();
  if (PhysicalOf(type) == Physical::kInt64) min.int64 = SignedBoundsOf(type).min;
  return min;
}

}  // namespace

LiteralComparison CompareExactly(Op op, const DataType& type, const DataType& from,
                                 const LiteralValue& literal) {
  const Placed placed = Place(type, from, literal);
  if (placed.where == Where::kExact) return {op, placed.floor};
  const bool wants_less = op == Op::kLess || op == Op::kLessEqual;
  const bool wants_greater = op == Op::kGreater || op == Op::kGreaterEqual;
  if (placed.where == Where::kAfterFloor && (wants_less || wants_greater)) {
    return {wants_less ? Op::kLessEqual : Op::kGreater, placed.floor};
  }
  const bool always = op == Op::kNotEqual || (wants_less && placed.where == Where::kAboveAll) ||
                      (wants_greater && placed.where == Where::kBelowAll);
  return {always ? Op::kGreaterEqual : Op::kLess, MinOf(type)};
}

std::optional<LiteralValue> EqualLiteral(const DataType& type, const DataType& from,
                                         const LiteralValue& literal) {
  const Placed placed = Place(type, from, literal);
  if (placed.where != Where::kExact) return std::nullopt;
  return placed.floor;
}

}  // namespace ashlar::query
