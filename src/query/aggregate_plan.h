// AggregatePlan: what an aggregation computes, checked and with shared parts computed once.
//
// Owns: which types may be grouped and aggregated, the types of the results, and finding out that
// sum(x), avg(x) and count(x) need one evaluation of x and one sum. Does not own: computing
// (aggregate_table.h). Immutable; shared between threads.
#ifndef ASHLAR_SRC_QUERY_AGGREGATE_PLAN_H_
#define ASHLAR_SRC_QUERY_AGGREGATE_PLAN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/expression.h"
#include "ashlar/types.h"
#include "src/query/bound_expression.h"
#include "src/query/evaluator.h"

namespace ashlar::query {

struct BoundAggregate {
  Aggregate::Kind kind = Aggregate::Kind::kCountRows;
  BoundPtr argument;  // null for kCountRows
  std::string name;   // of the result column
};

inline constexpr size_t kNoIndex = SIZE_MAX;

struct AggregatePlan {
  // The state behind one or several results. Counts need none: they come from the counts of rows
  // and nulls that are kept anyway.
  struct State {
    Aggregate::Kind kind;        // kSum stands for avg too
    size_t argument = kNoIndex;  // among `arguments`; kNoIndex: reads its own (count distinct)
    BoundPtr expression;
  };
  struct Result {
    BoundAggregate aggregate;
    size_t argument = kNoIndex;
    size_t state = kNoIndex;
  };

  std::vector<BoundPtr> keys;
  std::vector<BoundPtr> arguments;
  std::vector<State> states;
  std::vector<Result> results;
  Schema schema;               // keys, then results
  std::string_view operation;  // for messages
  BackEnd back_end = BackEnd::kVectorised;
};

// InvalidArgument names the key or aggregate whose type does not fit.
[[nodiscard]] absl::StatusOr<AggregatePlan> PlanAggregate(std::vector<BoundPtr> keys,
                                                          const std::vector<std::string>& key_names,
                                                          std::vector<BoundAggregate> aggregates,
                                                          BackEnd back_end);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_AGGREGATE_PLAN_H_
