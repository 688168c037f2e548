// Accumulator: the running values of one aggregate, one a group.
//
// Owns: the contract of the aggregates that need a state of their own: sums (for sum and avg),
// extremes, deviations, distinct counts. Does not own: groups (group_keys.h), arguments, or counts
// of rows and nulls (aggregate_table.h). Nulls are skipped; what a group without values results in
// is decided by whoever asks, who knows their number.
#ifndef ASHLAR_SRC_QUERY_ACCUMULATOR_H_
#define ASHLAR_SRC_QUERY_ACCUMULATOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/builder.h"
#include "src/query/aggregate_plan.h"
#include "src/query/memory_meter.h"
#include "src/query/selected_rows.h"

namespace ashlar::query {

class Accumulator {
 public:
  virtual ~Accumulator() = default;
  // Groups are numbered from 0 and never become fewer.
  [[nodiscard]] virtual absl::Status Resize(size_t groups) = 0;
  virtual absl::Status BeginMorsel(Morsel& morsel) {
    (void)morsel;
    return absl::OkStatus();
  }
  // `argument` is null for those that read their own (count distinct); else not constant.
  [[nodiscard]] virtual absl::Status Update(SelectedRows& rows, const RowNumbers& groups,
                                            const Vector* argument) = 0;
  virtual void EndMorsel() {}
  // `part` was made for the same state, and its rows come after those seen here; its group g is
  // map[g] here. Resize() came first.
  [[nodiscard]] virtual absl::Status Merge(const Accumulator& part,
                                           const std::vector<uint32_t>& map) = 0;
  // The result `as` of a group that had `values` (at least one) non-null values.
  [[nodiscard]] virtual absl::Status Append(const BoundAggregate& as, size_t group, int64_t values,
                                            ColumnBuilder* builder) const = 0;
};

// `grouped`: there are keys.
[[nodiscard]] std::unique_ptr<Accumulator> MakeAccumulator(const AggregatePlan::State& state,
                                                           bool grouped, BackEnd back_end,
                                                           MemoryMeter* meter);

// One each file; MakeAccumulator chooses.
[[nodiscard]] std::unique_ptr<Accumulator> MakeSum(const DataType& type, MemoryMeter* meter);
[[nodiscard]] std::unique_ptr<Accumulator> MakeExtreme(const DataType& type, bool max,
                                                       MemoryMeter* meter);
[[nodiscard]] std::unique_ptr<Accumulator> MakeBytesExtreme(bool max, MemoryMeter* meter);
[[nodiscard]] std::unique_ptr<Accumulator> MakeDeviation(const DataType& type, MemoryMeter* meter);
[[nodiscard]] std::unique_ptr<Accumulator> MakeDistinctCount(const BoundPtr& argument, bool grouped,
                                                             BackEnd back_end, MemoryMeter* meter);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ACCUMULATOR_H_
