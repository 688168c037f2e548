// Sink: where the selected rows of a stage end: aggregates, groups, sorted runs, tails.
//
// Owns: the contract between the pipeline and operators that must see rows before they can answer.
// Does not own: filters (the pipeline hands over selected rows only) or threads. Each task of the
// pipeline fills a part of its own; parts are merged in the order of their rows, and tasks are cut
// by row counts, not by threads, so that results do not depend on how many threads ran.
#ifndef ASHLAR_SRC_QUERY_SINK_H_
#define ASHLAR_SRC_QUERY_SINK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/evaluator.h"
#include "src/query/memory_budget.h"
#include "src/query/morsel.h"
#include "src/query/vector.h"

namespace ashlar::query {

class SinkPart {
 public:
  virtual ~SinkPart() = default;
  // Morsels come in row order within a part. `index` is the morsel's number in the source.
  [[nodiscard]] virtual absl::Status BeginMorsel(Morsel& morsel, size_t index) = 0;
  // The selected rows of one zone, `count` of them, at least one.
  [[nodiscard]] virtual absl::Status Consume(const ZoneRange& zone, const Bits& selection,
                                             int64_t count) = 0;
  // The rows of the current morsel are complete: nothing may point into it any more.
  [[nodiscard]] virtual absl::Status EndMorsel() { return absl::OkStatus(); }
  // Needs no more rows of this part.
  [[nodiscard]] virtual bool satisfied() const { return false; }
};

class Sink {
 public:
  virtual ~Sink() = default;
  // Thread-safe: called once a task.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<SinkPart>> NewPart() = 0;
  // Called one at a time, in row order.
  [[nodiscard]] virtual absl::Status Merge(std::unique_ptr<SinkPart> part) = 0;
  // After the last merge: the result, batch by batch.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<BatchReader>> Finish() = 0;
  [[nodiscard]] virtual const Schema& schema() const = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SINK_H_
