// Running a stage into its sink, on as many threads as there are.
//
// Owns: cutting the source into tasks by rows, so that results do not depend on the number of
// threads, and merging parts in row order as soon as their turn comes. Does not own: what a sink
// computes.
#ifndef ASHLAR_SRC_QUERY_SINK_RUN_H_
#define ASHLAR_SRC_QUERY_SINK_RUN_H_

#include <cstddef>

#include "absl/status/status.h"
#include "ashlar/query.h"
#include "src/query/sink.h"
#include "src/query/zone_scan.h"

namespace ashlar::query {

// The first error in row order is returned, whichever thread met one first.
[[nodiscard]] absl::Status RunSink(const ScanTarget& target, size_t threads, Sink* sink,
                                   QueryStats* stats);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SINK_RUN_H_
