// Ranges of numbers; see the header. Strict bounds become closed ones by stepping to the next
// number, so that kernels know one kind only.
#include "src/query/value_range.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <utility>

#include "src/base/check.h"
#include "src/query/scalar_math.h"

namespace ashlar::query {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Bounds from an operator and a literal, for any totally ordered domain with steps. `next` and
// `previous` must not be called at the ends, which `T` says.
template <typename T>
struct Bounds {
  T low;
  T high;
};

template <typename T, typename Next, typename Previous>
Bounds<T> BoundsOf(Op op, T value, const Bounds<T>& all, bool at_lowest, bool at_highest,
                   const Next& next, const Previous& previous) {
  const Bounds<T> none{all.high, all.low};
  switch (op) {
    case Op::kLess:
      return at_lowest ? none : Bounds<T>{all.low, previous(value)};
    case Op::kLessEqual:
      return {all.low, value};
    case Op::kGreater:
      return at_highest ? none : Bounds<T>{next(value), all.high};
    case Op::kGreaterEqual:
      return {value, all.high};
    default:
      return {value, value};
  }
}

template <typename T>
Bounds<T> IntegerBounds(Op op, T value) {
  const Bounds<T> all{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
  return BoundsOf<T>(
      op, value, all, value == all.low, value == all.high,
      [](T v) { return static_cast<T>(v + 1); }, [](T v) { return static_cast<T>(v - 1); });
}

// What stands above infinity is NaN.
double NextReal(double value) {
  return value == kInfinity ? kNan : std::nextafter(value, kInfinity);
}
double PreviousReal(double value) {
  return std::isnan(value) ? kInfinity : std::nextafter(value, -kInfinity);
}

Bounds<double> RealBounds(Op op, double value) {
  return BoundsOf<double>(op, value, {-kInfinity, kNan}, value == -kInfinity, std::isnan(value),
                          NextReal, PreviousReal);
}

// An integer literal of the other signedness that no value equals: which side is it on?
ValueRange OutOfDomain(Op op, Physical values, bool above) {
  ValueRange range;
  range.physical = values;
  const bool everything = above ? op == Op::kLess || op == Op::kLessEqual
                                : op == Op::kGreater || op == Op::kGreaterEqual;
  if (everything) return range;
  // Empty; != is the negation of that.
  std::swap(range.int_low, range.int_high);
  std::swap(range.uint_low, range.uint_high);
  range.negated = op == Op::kNotEqual;
  return range;
}

// The smallest float not below, and the largest not above.
float FloatAtLeast(double value) {
  if (std::isnan(value)) return std::numeric_limits<float>::quiet_NaN();
  if (value > FLT_MAX) return std::numeric_limits<float>::infinity();
  if (value < -FLT_MAX) {
    return value == -kInfinity ? -std::numeric_limits<float>::infinity() : -FLT_MAX;
  }
  const auto nearest = static_cast<float>(value);
  return static_cast<double>(nearest) >= value
             ? nearest
             : std::nextafter(nearest, std::numeric_limits<float>::infinity());
}
float FloatAtMost(double value) { return -FloatAtLeast(-value); }  // NaN stays NaN

template <typename T>
StoredRange StoredIntegers(T low, T high, T type_low, T type_high, int width) {
  StoredRange stored;
  stored.width = width;
  if (low > high || low > type_high || high < type_low) {
    stored.kind = StoredRange::Kind::kNone;
  } else if (low <= type_low && high >= type_high) {
    stored.kind = StoredRange::Kind::kAll;
  } else {
    low = std::max(low, type_low);
    high = std::min(high, type_high);
    stored.low = static_cast<uint64_t>(low);
    stored.span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  }
  return stored;
}

}  // namespace

bool ValueRange::IsEmpty() const {
  switch (physical) {
    case Physical::kInt64:
      return int_low > int_high;
    case Physical::kUInt64:
      return uint_low > uint_high;
    default:
      return CompareDouble(real_low, real_high) > 0;
  }
}

bool ValueRange::IsEverything() const {
  switch (physical) {
    case Physical::kInt64:
      return int_low == INT64_MIN && int_high == INT64_MAX;
    case Physical::kUInt64:
      return uint_low == 0 && uint_high == UINT64_MAX;
    default:
      return real_low == -kInfinity && std::isnan(real_high);
  }
}

bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterEqual; }

std::optional<ValueRange> RangeOf(Op op, Physical values, Physical literal_kind,
                                  const LiteralValue& literal) {
  if (literal.is_null || !IsComparison(op)) return std::nullopt;
  ValueRange range;
  range.physical = values;
  range.negated = op == Op::kNotEqual;
  if (values == Physical::kDouble && literal_kind == Physical::kDouble) {
    const Bounds<double> bounds = RealBounds(op, literal.real);
    range.real_low = bounds.low;
    range.real_high = bounds.high;
    return range;
  }
  if (values == Physical::kInt64) {
    int64_t value = literal.int64;
    if (literal_kind == Physical::kUInt64) {
      if (literal.uint64 > INT64_MAX) return OutOfDomain(op, values, /*above=*/true);
      value = static_cast<int64_t>(literal.uint64);
    } else if (literal_kind != Physical::kInt64) {
      return std::nullopt;
    }
    const Bounds<int64_t> bounds = IntegerBounds(op, value);
    range.int_low = bounds.low;
    range.int_high = bounds.high;
    return range;
  }
  if (values == Physical::kUInt64) {
    uint64_t value = literal.uint64;
    if (literal_kind == Physical::kInt64) {
      if (literal.int64 < 0) return OutOfDomain(op, values, /*above=*/false);
      value = static_cast<uint64_t>(literal.int64);
    } else if (literal_kind != Physical::kUInt64) {
      return std::nullopt;
    }
    const Bounds<uint64_t> bounds = IntegerBounds(op, value);
    range.uint_low = bounds.low;
    range.uint_high = bounds.high;
    return range;
  }
  return std::nullopt;
}

std::optional<ValueRange> Intersect(const ValueRange& a, const ValueRange& b) {
  if (a.negated || b.negated || a.physical != b.physical) return std::nullopt;
  ValueRange both = a;
  both.int_low = std::max(a.int_low, b.int_low);
  both.int_high = std::min(a.int_high, b.int_high);
  both.uint_low = std::max(a.uint_low, b.uint_low);
  both.uint_high = std::min(a.uint_high, b.uint_high);
  if (CompareDouble(a.real_low, b.real_low) < 0) both.real_low = b.real_low;
  if (CompareDouble(a.real_high, b.real_high) > 0) both.real_high = b.real_high;
  return both;
}

StoredRange StoredAs(const ValueRange& range, const DataType& type) {
  ASHLAR_CHECK(PhysicalOf(type) == range.physical);
  const int width = type.byte_width();
  if (range.physical == Physical::kInt64) {
    const int64_t highest = INT64_MAX >> (64 - 8 * width);
    return StoredIntegers<int64_t>(range.int_low, range.int_high, -highest - 1, highest, width);
  }
  if (range.physical == Physical::kUInt64) {
    return StoredIntegers<uint64_t>(range.uint_low, range.uint_high, 0,
                                    UINT64_MAX >> (64 - 8 * width), width);
  }
  StoredRange stored;
  stored.width = width;
  stored.floating = true;
  stored.real_low = range.real_low;
  stored.real_high = range.real_high;
  stored.float_low = FloatAtLeast(range.real_low);
  stored.float_high = FloatAtMost(range.real_high);
  const bool empty =
      range.IsEmpty() || (width == 4 && CompareDouble(stored.float_low, stored.float_high) > 0);
  if (empty) stored.kind = StoredRange::Kind::kNone;
  if (range.IsEverything()) stored.kind = StoredRange::Kind::kAll;
  return stored;
}

}  // namespace ashlar::query
