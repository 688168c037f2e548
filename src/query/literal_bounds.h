// Comparisons with a literal of another type, made exact in the type of the other side.
//
// Owns: `x > 10.5` of an integer x is `x > 10`; `day < timestamp '…T12:00:00Z'` is `day <= date
// '…'`; a literal beyond every value of x gives a comparison that is always or never true. Does not
// own: which pairs of types may meet (bind_compare.cc). Rounding the literal, or casting the
// column, would give other answers, and statistics could not prune.
#ifndef ASHLAR_SRC_QUERY_LITERAL_BOUNDS_H_
#define ASHLAR_SRC_QUERY_LITERAL_BOUNDS_H_

#include <optional>

#include "ashlar/types.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

struct LiteralComparison {
  Op op = Op::kEqual;
  LiteralValue literal;  // of the column's type
};

// `x op literal`, for x of `type`, where both are numbers, or dates and timestamps; `from` is the
// literal's type. The literal is not null.
[[nodiscard]] LiteralComparison CompareExactly(Op op, const DataType& type, const DataType& from,
                                               const LiteralValue& literal);

// The value of `type` that equals the literal; nothing when there is none.
[[nodiscard]] std::optional<LiteralValue> EqualLiteral(const DataType& type, const DataType& from,
                                                       const LiteralValue& literal);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LITERAL_BOUNDS_H_
