// UnaryNode: functions of one number: negation, rounding, parts of dates, casts between numbers.
//
// Owns: the loops over a zone, one function each. Does not own: what the functions mean
// (scalar_math.h, calendar.h, casts.h), casts from or to text, or errors: a row that has no result
// makes the zone doubtful.
#ifndef ASHLAR_SRC_QUERY_UNARY_NODE_H_
#define ASHLAR_SRC_QUERY_UNARY_NODE_H_

#include <memory>

#include "src/query/program_node.h"

namespace ashlar::query {

// Computes the rows `present` of `out` from `in`, both in 64-bit slots; bools in out->bits. False
// when some of them have no result.
using UnaryLoop = bool (*)(const BoundExpression& expression, const Vector& in, const Bits& present,
                           Vector* out);

class UnaryNode final : public ProgramNode {
 public:
  UnaryNode(BoundPtr expression, UnaryLoop loop, ProgramPtr arg);

  void BeginMorsel(Morsel* morsel) override { arg_->BeginMorsel(morsel); }
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  const BoundPtr expression_;
  const UnaryLoop loop_;
  const ProgramPtr arg_;
  const std::unique_ptr<Vector> values_;
};

// The loop for an expression; null when there is none.
[[nodiscard]] UnaryLoop UnaryLoopFor(const BoundExpression& expression);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_UNARY_NODE_H_
