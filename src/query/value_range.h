// ValueRange: the numbers that make a comparison with a literal true, as one closed range.
//
// Owns: turning comparisons into ranges, intersecting them, and bringing a range of 64-bit numbers
// into the width of the column it is compared with. Does not own: reading values or nulls. Floats
// are in the order of the language: -0.0 equals 0.0, NaN is the largest.
#ifndef ASHLAR_SRC_QUERY_VALUE_RANGE_H_
#define ASHLAR_SRC_QUERY_VALUE_RANGE_H_

#include <cstdint>
#include <optional>

#include "ashlar/types.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

// The pair of bounds of `physical` counts. Nothing is in it when low > high.
struct ValueRange {
  Physical physical = Physical::kInt64;  // kInt64, kUInt64 or kDouble
  bool negated = false;                  // true outside of the bounds (a != comparison)
  int64_t int_low = INT64_MIN, int_high = INT64_MAX;
  uint64_t uint_low = 0, uint_high = UINT64_MAX;
  double real_low = 0, real_high = 0;

  [[nodiscard]] bool IsEmpty() const;
  [[nodiscard]] bool IsEverything() const;
};

// Where `value op literal` is true, for values of kind `values`. Integers of different signedness
// compare exactly. Nothing for null literals and other kinds.
[[nodiscard]] std::optional<ValueRange> RangeOf(Op op, Physical values, Physical literal_kind,
                                                const LiteralValue& literal);
[[nodiscard]] bool IsComparison(Op op);

// Both; nothing when a negated one is among them or the kinds differ.
[[nodiscard]] std::optional<ValueRange> Intersect(const ValueRange& a, const ValueRange& b);

// A range for values as a column of some type stores them.
struct StoredRange {
  enum class Kind : uint8_t { kNone, kAll, kSome };
  Kind kind = Kind::kSome;
  int width = 8;  // bytes a value
  bool floating = false;
  // Integers: value - low <= span modulo 2^(8 * width).
  uint64_t low = 0;
  uint64_t span = 0;
  float float_low = 0, float_high = 0;  // width 4
  double real_low = 0, real_high = 0;   // width 8
};
// `negated` is not looked at. The type's physical kind is the range's.
[[nodiscard]] StoredRange StoredAs(const ValueRange& range, const DataType& type);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_VALUE_RANGE_H_
