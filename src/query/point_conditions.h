// Point conditions: fields that a predicate leaves but a few values.
//
// Owns: finding them among the conjuncts of a stage, on the safe side. Does not own: what is known
// of a field's values (a source that has an index of them says so: morsel.h).
#ifndef ASHLAR_SRC_QUERY_POINT_CONDITIONS_H_
#define ASHLAR_SRC_QUERY_POINT_CONDITIONS_H_

#include <cstddef>
#include <vector>

#include "src/query/binder.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

// Rows that pass have one of these values in a top-level field.
struct PointCondition {
  size_t field = 0;     // in the source's schema
  size_t conjunct = 0;  // the one that says so
  Physical physical = Physical::kNull;
  std::vector<const LiteralValue*> values;  // none is null; as long-lived as the conjunct
};

// Of conjuncts before which nothing may fail, by `=` and `in`; of two on one field the first.
[[nodiscard]] std::vector<PointCondition> FindPointConditions(
    const std::vector<BoundPtr>& conjuncts, const Inputs& inputs);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_POINT_CONDITIONS_H_
