// Late rows: reading rows of a source again, once it is known which ones are wanted.
//
// Owns: opening just the morsels that hold them, and the columns of an output for just these rows.
// Does not own: how they were found (top-k). So a stage that keeps few of many rows reads the
// columns it puts out for those few alone.
#ifndef ASHLAR_SRC_QUERY_LATE_ROWS_H_
#define ASHLAR_SRC_QUERY_LATE_ROWS_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "src/query/control.h"
#include "src/query/evaluator.h"
#include "src/query/memory_budget.h"
#include "src/query/morsel.h"

namespace ashlar::query {

struct RowId {
  uint32_t morsel = 0;
  uint32_t row = 0;
  friend auto operator<=>(const RowId&, const RowId&) = default;
};

// What is put out of which source. `inputs` and `counters` outlive whatever uses them.
struct LateOutput {
  std::vector<BoundPtr> outputs;
  Schema schema;
  std::shared_ptr<const Source> source;
  const std::vector<Input>* inputs = nullptr;
  SourceCounters* counters = nullptr;     // may be null
  const QueryControl* control = nullptr;  // may be null
  // Fields that the search for the rows has read of each morsel: their chunks count no more.
  std::vector<size_t> read_before = {};
  BackEnd back_end = BackEnd::kVectorised;
};

// The rows as batches; `rows` ascends. What the batches hold is added to `held` and kept reserved.
[[nodiscard]] absl::StatusOr<std::vector<RecordBatch>> ReadRows(const LateOutput& output,
                                                                std::span<const RowId> rows,
                                                                uint64_t held, MemoryShare& share);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LATE_ROWS_H_
