// Arithmetic and order of single numbers, as the query language defines them.
//
// Owns: overflow, division by zero, the total order of doubles (NaN equals itself and is greater
// than all other numbers; -0.0 equals 0.0) and exact comparison of signed with unsigned integers.
// Does not own: nulls. Both back ends and the operators call these, so that the rules exist once.
#ifndef ASHLAR_SRC_QUERY_SCALAR_MATH_H_
#define ASHLAR_SRC_QUERY_SCALAR_MATH_H_

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace ashlar::query {

// Below zero, zero or above it, as a is less than, equal to or greater than b.
[[nodiscard]] inline int CompareDouble(double a, double b) {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a == b) return 0;
  return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
}
template <std::integral T>
[[nodiscard]] constexpr int CompareInteger(T a, T b) {
  return static_cast<int>(a > b) - static_cast<int>(a < b);
}
[[nodiscard]] constexpr int CompareMixed(int64_t a, uint64_t b) {
  return a < 0 ? -1 : CompareInteger(static_cast<uint64_t>(a), b);
}
[[nodiscard]] inline int CompareBytes(std::string_view a, std::string_view b) {
  const int order = a.compare(b);  // by unsigned bytes
  return static_cast<int>(order > 0) - static_cast<int>(order < 0);
}

// Integers: nothing when the result does not fit. T is int64_t or uint64_t.
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedPlus(T a, T b) {
  T result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedMinus(T a, T b) {
  T result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  return result;
}
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedTimes(T a, T b) {
  T result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}
// Towards zero; b is not zero.
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedQuotient(T a, T b) {
  if constexpr (std::signed_integral<T>) {
    if (a == std::numeric_limits<T>::min() && b == -1) return std::nullopt;
  }
  return a / b;
}
// Has the sign of a; b is not zero. Always fits.
template <std::integral T>
[[nodiscard]] constexpr T Remainder(T a, T b) {
  if constexpr (std::signed_integral<T>) {
    if (b == -1) return 0;
  }
  return a % b;
}
[[nodiscard]] inline double Remainder(double a, double b) { return std::fmod(a, b); }

// Bounds between which every double, truncated, is a value of the integer type: exact as doubles.
inline constexpr double kInt64End = 0x1p63;   // first above int64
inline constexpr double kUInt64End = 0x1p64;  // first above uint64

// Truncated; nothing for NaN and what is out of range.
[[nodiscard]] inline std::optional<int64_t> DoubleToInt64(double value) {
  if (!(value >= -kInt64End && value < kInt64End)) return std::nullopt;
  return static_cast<int64_t>(value);
}
[[nodiscard]] inline std::optional<uint64_t> DoubleToUInt64(double value) {
  if (!(value > -1 && value < kUInt64End)) return std::nullopt;
  return static_cast<uint64_t>(value < 0 ? 0 : value);
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SCALAR_MATH_H_
