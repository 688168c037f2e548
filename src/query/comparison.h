// What is said of comparison operators in more than one place.
//
// Owns: mirroring, and what an order of two values makes of them. Does not own: the values
// (row_operations.cc, kernels).
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

// Whether `a op b` holds; `order` is that of a and b, any type that compares with 0.
template <typename Order>
[[nodiscard]] constexpr bool Holds(Op op, Order order) {
  switch (op) {
    case Op::kEqual:
      return order == 0;
    case Op::kNotEqual:
      return order != 0;
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COMPARISON_H_
