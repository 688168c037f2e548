// Kernels of distances between vectors of floats.
//
// Owns: the sums that the metrics are made of, by SIMD and with the very bits of distance.h, which
// defines the order of additions. Does not own: nulls, or which rows are asked for.
#ifndef ASHLAR_SRC_QUERY_DISTANCE_KERNELS_H_
#define ASHLAR_SRC_QUERY_DISTANCE_KERNELS_H_

#include <cstddef>
#include <optional>

#include "src/query/bound_expression.h"

namespace ashlar::query {

// VectorDistance() of distance.h; `a` need not be aligned.
[[nodiscard]] std::optional<double> FastVectorDistance(Function metric, const std::byte* a,
                                                       const float* b, size_t count);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_DISTANCE_KERNELS_H_
