// The small steps of binding a stage: splitting conditions, columns as they are, result fields.
//
// Owns: these rules, which planning uses in several places. Does not own: the order of steps
// (planner.cc) or names and types of expressions (binder.h).
#ifndef ASHLAR_SRC_QUERY_STAGE_BINDING_H_
#define ASHLAR_SRC_QUERY_STAGE_BINDING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "ashlar/types.h"
#include "src/query/binder.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

// The conditions that must all hold, in their order.
void SplitConjuncts(const BoundPtr& predicate, std::vector<BoundPtr>* conjuncts);

// A top-level column as it is, without looking for its name.
[[nodiscard]] BoundPtr BindField(const Schema& schema, size_t field, Inputs* inputs);

// A column that is handed on keeps its field's nullability; everything computed may be null.
[[nodiscard]] Field ResultField(std::string name, const BoundExpression& bound,
                                const Schema& schema, const Inputs& inputs);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_STAGE_BINDING_H_
