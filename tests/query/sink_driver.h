// Drives a sink without a pipeline: what the tests of sinks share.
//
// Owns: visiting the zones of a source, selecting rows, cutting morsels into parts and merging them
// in order. Does not own: expectations.
#ifndef ASHLAR_TESTS_QUERY_SINK_DRIVER_H_
#define ASHLAR_TESTS_QUERY_SINK_DRIVER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/morsel.h"
#include "src/query/sink.h"

namespace ashlar::query {

struct DriveOptions {
  // Whether a row (counted over all morsels) is selected; empty: every row is.
  std::function<bool(int64_t)> selected;
  // Whether a new part begins at a morsel; empty: all morsels are one part.
  std::function<bool(size_t)> cut;
};

// The batches of the result. Parts are all filled before the first is merged.
[[nodiscard]] absl::StatusOr<std::vector<RecordBatch>> Drive(const Source& source,
                                                             const std::vector<Input>& inputs,
                                                             Sink& sink,
                                                             const DriveOptions& options = {});

// A value as text that is equal for equal values: "null", "i-5", "u5", "b1", "sab", "d0.25".
[[nodiscard]] std::string CellText(const Column& column, int64_t row);
// All rows, cell by cell.
[[nodiscard]] std::vector<std::vector<std::string>> CellTexts(
    const std::vector<RecordBatch>& batches);

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_SINK_DRIVER_H_
