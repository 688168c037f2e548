// The sink of aggregates, groups and distinct rows.
//
// Owns: the parts of an aggregation, their merging in row order, and the result as batches. Does
// not own: which rows come (the pipeline) or how groups are kept (aggregate_table.h).
//
// Groups come out in the order of their first rows. Nulls are a group of their own, NaN equals NaN
// and -0.0 equals 0.0 (and comes out as 0.0). Results depend on the rows and on how they were cut
// into parts, never on threads; only sums of doubles depend on the cuts at all, in their last bits.
#ifndef ASHLAR_SRC_QUERY_AGGREGATE_SINK_H_
#define ASHLAR_SRC_QUERY_AGGREGATE_SINK_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/query/aggregate_plan.h"
#include "src/query/memory_budget.h"
#include "src/query/sink.h"

namespace ashlar::query {

// Without keys the result is one row, even of no rows; without aggregates it is the distinct keys.
// Counts are int64; a sum of integers is int64 or uint64 as they are signed or not (OutOfRange from
// the reader when it does not fit), of floats float64; avg and stddev are float64; min and max have
// the argument's type. Only scalars are grouped and aggregated (InvalidArgument), but count(x)
// takes anything. The budget outlives the sink and the reader that Finish() returns.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Sink>> MakeAggregateSink(
    std::vector<BoundPtr> keys, std::vector<std::string> key_names,
    std::vector<BoundAggregate> aggregates, BackEnd back_end, MemoryBudget* budget);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_AGGREGATE_SINK_H_
