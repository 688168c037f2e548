// Kernels that add up one zone: sums, smallest and largest values of the rows that a mask selects.
//
// Owns: exact integer sums, sums of doubles in one order on every machine, extremes in the order of
// the language. Does not own: what happens between zones (sinks) or nulls (masked by the caller).
// Values may lie at any address; masked-out values are read but never counted, words of 64 rows of
// which none is selected are not read, nor is any byte behind the last row.
#ifndef ASHLAR_SRC_QUERY_AGGREGATE_KERNELS_H_
#define ASHLAR_SRC_QUERY_AGGREGATE_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "src/query/vector.h"

namespace ashlar::query {

// Wide enough for the sum of 2^63 values of 64 bits.
__extension__ typedef __int128 Int128;

// Of at most kZoneRows values at `values`.
[[nodiscard]] Int128 SumInt64(const std::byte* values, int64_t rows, const Bits& mask);
[[nodiscard]] Int128 SumUInt64(const std::byte* values, int64_t rows, const Bits& mask);

// The order is part of the result: lane i of eight adds up rows i, i + 8, …, beginning with 0.0,
// rows that are not selected adding 0.0; then ((l0+l4) + (l2+l6)) + ((l1+l5) + (l3+l7)).
[[nodiscard]] double SumDouble(const std::byte* values, int64_t rows, const Bits& mask);

// Smallest and largest of the selected values; `mask` selects at least one of the first `rows`.
template <typename T>
struct Extremes {
  T min;
  T max;
};
[[nodiscard]] Extremes<int64_t> ExtremesInt64(const std::byte* values, int64_t rows,
                                              const Bits& mask);
[[nodiscard]] Extremes<uint64_t> ExtremesUInt64(const std::byte* values, int64_t rows,
                                                const Bits& mask);
// NaN is above every number, so it is the minimum only where nothing else is; a zero of either sign
// comes out as 0.0.
[[nodiscard]] Extremes<double> ExtremesDouble(const std::byte* values, int64_t rows,
                                              const Bits& mask);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_AGGREGATE_KERNELS_H_
