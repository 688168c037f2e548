// Kernels of arithmetic on one zone of 64-bit values.
//
// Owns: computing, and telling for which rows the result is no good. Does not own: nulls, or the
// error itself, which the interpreter words. Operands may end at the end of a mapping, hence no
// byte behind row `rows` is read; `out` has room for kZoneRows. Words of 64 rows of which none is
// selected are left out, other rows are computed whether selected or not.
#ifndef ASHLAR_SRC_QUERY_ARITHMETIC_KERNELS_H_
#define ASHLAR_SRC_QUERY_ARITHMETIC_KERNELS_H_

#include <cstdint>

#include "src/query/bound_expression.h"
#include "src/query/vector.h"

namespace ashlar::query {

// For kAdd, kSubtract, kMultiply, kDivide and kModulo. Returns the rows for which the result
// overflows or divides by zero, and whatever else is better left to the interpreter.
[[nodiscard]] Bits CalculateInt64(Op op, const int64_t* a, const int64_t* b, int64_t rows,
                                  const Bits& selection, int64_t* out);
[[nodiscard]] Bits CalculateUInt64(Op op, const uint64_t* a, const uint64_t* b, int64_t rows,
                                   const Bits& selection, uint64_t* out);
// Not for kModulo.
[[nodiscard]] Bits CalculateDouble(Op op, const double* a, const double* b, int64_t rows,
                                   const Bits& selection, double* out);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ARITHMETIC_KERNELS_H_
