// Conjuncts: the arguments of an `and` in the order in which they are best run.
//
// Owns: flattening, grouping conditions on one column, and cheap ones first. Only neighbours that
// cannot fail change places: then nobody can tell, whereas an argument before one that may fail
// decides for which rows it may. Does not own: how they are run (logic_nodes.h).
#ifndef ASHLAR_SRC_QUERY_CONJUNCTS_H_
#define ASHLAR_SRC_QUERY_CONJUNCTS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "src/query/bound_expression.h"

namespace ashlar::query {

// The slots that an expression reads, ascending; outer slots of list functions included.
[[nodiscard]] std::vector<size_t> SlotsOf(const BoundExpression& expression);
// The only one of them; nothing when there are none or several.
[[nodiscard]] std::optional<size_t> OnlySlot(const BoundExpression& expression);

// The arguments of `conjunction` (kAnd): those that stand side by side, cannot fail and read the
// same one column become one `and` of their own.
[[nodiscard]] std::vector<BoundPtr> OrderConjuncts(const BoundExpression& conjunction);

// Flattens nested ands, keeping the order.
[[nodiscard]] std::vector<BoundPtr> FlattenConjuncts(const BoundExpression& conjunction);

// Roughly nanoseconds for 100 rows.
[[nodiscard]] int CostOf(const BoundExpression& expression);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_CONJUNCTS_H_
