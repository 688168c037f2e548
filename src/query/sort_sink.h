// Order by: all selected rows, in the order of their keys.
//
// Owns: keeping rows and keys within the memory budget, the sort at the end, and handing rows out
// in order, batch by batch. Does not own: top-k (top_k_sink.h), which keeps no rows but the best.
// Nothing is spilled: past the limit the query ends with ResourceExhausted.
#ifndef ASHLAR_SRC_QUERY_SORT_SINK_H_
#define ASHLAR_SRC_QUERY_SORT_SINK_H_

#include <memory>
#include <vector>

#include "src/query/control.h"
#include "src/query/sink.h"
#include "src/query/sort_keys.h"

namespace ashlar::query {

// Several keys, nulls last, NaN greatest; rows of equal keys stay in their order. Rows that are
// kept as slices of their source count as memory, too: what fits must not depend on encodings. The
// budget, `counters` (what keeping the rows copied) and `control` outlive the sink and the reader
// that it makes; the last two may be null.
[[nodiscard]] std::unique_ptr<Sink> MakeSortSink(std::vector<BoundPtr> outputs, Schema schema,
                                                 std::vector<BoundSortKey> keys, BackEnd back_end,
                                                 MemoryBudget* budget,
                                                 SourceCounters* counters = nullptr,
                                                 const QueryControl* control = nullptr);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SORT_SINK_H_
