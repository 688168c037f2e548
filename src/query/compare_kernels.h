// Kernels that turn comparisons of one zone's values into bits, many rows an instruction.
//
// Owns: closed ranges of integers of any width and of floats, and comparisons of two runs of 64-bit
// values. Does not own: nulls (callers mask them), encodings, or what an expression means. Values
// may lie anywhere in memory, for columns of other producers need not be aligned, and no byte
// behind the last row is read. Words of 64 rows of which none is selected are neither read nor
// compared. Bits of rows that are not selected are clear, and `out` may be the selection itself.
#ifndef ASHLAR_SRC_QUERY_COMPARE_KERNELS_H_
#define ASHLAR_SRC_QUERY_COMPARE_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "src/query/vector.h"

namespace ashlar::query {

// Integers of `width` (1, 2, 4, 8) bytes, signed or not: sets the bits of those that are at most
// `span` above `low`, counted modulo 2^(8 * width); so low <= value <= high is span = high - low.
void SelectIntegers(const std::byte* values, int width, int64_t rows, uint64_t low, uint64_t span,
                    const Bits& selection, Bits* out);

// Floats with low <= value <= high in the order of the language: NaN equals NaN and is above all
// other numbers, zeros are equal.
void SelectFloats(const std::byte* values, int64_t rows, float low, float high,
                  const Bits& selection, Bits* out);
void SelectDoubles(const std::byte* values, int64_t rows, double low, double high,
                   const Bits& selection, Bits* out);

// Of two runs of values. The other relations are these with the sides changed or the bits negated.
enum class Relation : uint8_t { kEqual, kLessEqual };
void RelateInt64(Relation relation, const int64_t* a, const int64_t* b, int64_t rows,
                 const Bits& selection, Bits* out);
void RelateUInt64(Relation relation, const uint64_t* a, const uint64_t* b, int64_t rows,
                  const Bits& selection, Bits* out);
void RelateDouble(Relation relation, const double* a, const double* b, int64_t rows,
                  const Bits& selection, Bits* out);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COMPARE_KERNELS_H_
