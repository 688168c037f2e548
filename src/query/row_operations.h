// Operations on the values of one row: arithmetic, comparison, scalar functions.
//
// Owns: the value of each strict operation, given its arguments, none of which is null. Does not
// own: nulls, evaluation order, list functions, `in`, `like` and distances (interpreter.cc).
#ifndef ASHLAR_SRC_QUERY_ROW_OPERATIONS_H_
#define ASHLAR_SRC_QUERY_ROW_OPERATIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/query/bound_expression.h"
#include "src/query/datum.h"

namespace ashlar::query {

// Bytes of the result lie in the arguments or in `storage`. Errors say what, not where.
[[nodiscard]] absl::StatusOr<Datum> ApplyOperation(const BoundExpression& e,
                                                   const std::vector<Datum>& args,
                                                   std::string* storage);

[[nodiscard]] constexpr bool IsDistance(Function function) {
  return function == Function::kDistanceL2 || function == Function::kDistanceCosine ||
         function == Function::kDistanceDot;
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ROW_OPERATIONS_H_
