// AggregateTable: the groups that some rows fall into, and all running values of each.
//
// Owns: one task's share of an aggregation, from the keys to the results, and taking over the share
// of the rows that follow. Does not own: threads or batches (aggregate_sink.h).
#ifndef ASHLAR_SRC_QUERY_AGGREGATE_TABLE_H_
#define ASHLAR_SRC_QUERY_AGGREGATE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/builder.h"
#include "src/query/accumulator.h"
#include "src/query/aggregate_plan.h"
#include "src/query/group_keys.h"
#include "src/query/laned_cells.h"
#include "src/query/memory_budget.h"

namespace ashlar::query {

class AggregateTable {
 public:
  // Both outlive it.
  AggregateTable(const AggregatePlan& plan, MemoryBudget* budget);

  [[nodiscard]] absl::Status BeginMorsel(Morsel& morsel);
  [[nodiscard]] absl::Status Consume(const ZoneRange& zone, const Bits& selection, int64_t count);
  void EndMorsel();
  // `part` holds rows that follow the ones here, and is spent afterwards.
  [[nodiscard]] absl::Status Merge(AggregateTable& part);

  // After the last row: gives the group of no keys its running values where there was no row.
  [[nodiscard]] absl::Status Seal() { return Resize(); }

  [[nodiscard]] size_t groups() const { return keys_.size(); }
  // Appends the result row of `group`: keys, then aggregates.
  [[nodiscard]] absl::Status Append(size_t group, ColumnBuilder* const* builders) const;

 private:
  using Counts = LanedCells<int64_t, AddFold>;

  // An expression that aggregates read, evaluated once a zone for all of them.
  struct Argument {
    Argument(const BoundPtr& expression, BackEnd back_end, MemoryMeter* meter)
        : evaluator(MakeEvaluator(expression, back_end)), nulls(meter, 0) {}
    std::unique_ptr<Evaluator> evaluator;
    Vector vector;
    Counts nulls;  // no cells before the first null
  };

  [[nodiscard]] absl::Status Resize();
  [[nodiscard]] absl::Status Evaluate(Argument* argument);
  [[nodiscard]] absl::Status AppendResult(const AggregatePlan::Result& result, size_t group,
                                          ColumnBuilder* builder) const;

  const AggregatePlan& plan_;
  MemoryMeter meter_;
  GroupKeys keys_;
  Counts row_counts_;
  std::deque<Argument> arguments_;
  std::vector<std::unique_ptr<Accumulator>> accumulators_;  // of the plan's states
  SelectedRows rows_;
  RowNumbers row_groups_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_AGGREGATE_TABLE_H_
