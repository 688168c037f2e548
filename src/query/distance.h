// Distances between vectors of floats.
//
// Owns: the three metrics and the order in which their terms are added, so that every
// implementation gives the same bits. Does not own: nulls. Less is nearer for all three.
//
// Order: element i is added to lane i % 8 (double, product first, then the sum, never fused); the
// lanes are added as ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)).
#ifndef ASHLAR_SRC_QUERY_DISTANCE_H_
#define ASHLAR_SRC_QUERY_DISTANCE_H_

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "src/query/bound_expression.h"

namespace ashlar::query {

inline constexpr size_t kDistanceLanes = 8;
using DistanceLanes = std::array<double, kDistanceLanes>;

[[nodiscard]] inline double SumLanes(const DistanceLanes& l) {
  return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
}

// Sums term(a[i], b[i]). `a` need not be aligned.
template <typename Term>
[[nodiscard]] double SumOfTerms(const std::byte* a, const float* b, size_t count, Term term) {
  DistanceLanes lanes{};
  for (size_t i = 0; i < count; ++i) {
    float value = 0;
    std::memcpy(&value, a + i * sizeof(float), sizeof(float));
    lanes[i % kDistanceLanes] += term(static_cast<double>(value), static_cast<double>(b[i]));
  }
  return SumLanes(lanes);
}

[[nodiscard]] inline double DotProduct(const std::byte* a, const float* b, size_t count) {
  return SumOfTerms(a, b, count, [](double x, double y) { return x * y; });
}

// From the three sums that the metrics need; nothing (null) for the cosine of a zero vector.
[[nodiscard]] inline std::optional<double> CosineFromSums(double dot, double a_square,
                                                          double b_square) {
  if (a_square == 0 || b_square == 0) return std::nullopt;
  return 1 - dot / (std::sqrt(a_square) * std::sqrt(b_square));
}

[[nodiscard]] inline std::optional<double> VectorDistance(Function metric, const std::byte* a,
                                                          const float* b, size_t count) {
  if (metric == Function::kDistanceDot) return -DotProduct(a, b, count);
  if (metric == Function::kDistanceL2) {
    return std::sqrt(SumOfTerms(a, b, count, [](double x, double y) { return (x - y) * (x - y); }));
  }
  const double a_square = SumOfTerms(a, b, count, [](double x, double) { return x * x; });
  const double b_square = SumOfTerms(a, b, count, [](double, double y) { return y * y; });
  return CosineFromSums(DotProduct(a, b, count), a_square, b_square);
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_DISTANCE_H_
