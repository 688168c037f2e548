// What is said of comparison operators in more than one place.
//
// Owns: mirroring. Does not own: the values (row_operations.cc, kernels).
#ifndef ASHLAR_SRC_QUERY_COMPARISON_H_
#define ASHLAR_SRC_QUERY_COMPARISON_H_

#include "src/query/bound_expression.h"

namespace ashlar::query {

// The comparison that says the same with its sides exchanged.
[[nodiscard]] constexpr Op Mirrored(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessEqual:
      return Op::kGreaterEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterEqual:
      return Op::kLessEqual;
    default:
      return op;
  }
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COMPARISON_H_
