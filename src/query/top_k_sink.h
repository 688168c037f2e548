// Top-k: the first rows by their keys, found without keeping or sorting the others.
//
// Owns: the candidates, the bound that later rows must beat, and the order of the result. Does not
// own: distances; nearest neighbours are top-k by a distance. A part keeps keys and row numbers of
// at most twice as many candidates as are wanted and throws the worse half away when it is full, so
// that a row which is no candidate costs one comparison. Output columns are read at the end, for
// the winners alone.
#ifndef ASHLAR_SRC_QUERY_TOP_K_SINK_H_
#define ASHLAR_SRC_QUERY_TOP_K_SINK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "src/query/late_rows.h"
#include "src/query/sink.h"
#include "src/query/sort_keys.h"

namespace ashlar::query {

class TopKSink : public Sink {
 public:
  // What is known so far: rows (and morsels) whose first key is null, or comes behind this value,
  // are not in the result. Nothing while fewer rows than wanted were seen, and for keys that are
  // not int64, uint64 or double. Thread-safe; it only ever gets sharper.
  [[nodiscard]] virtual std::optional<LiteralValue> threshold() const = 0;
};

// Keys as for MakeSortSink; rows of equal keys in their order, the first ones win; then `skip` rows
// are left out. Keys after the first are evaluated for candidates only, unless they may fail:
// errors do not depend on how rows were divided. `inputs` are those of keys and outputs. They, the
// budget, `counters` (what reading the winners cost) and `control` outlive the sink and its reader;
// the last two may be null. `read_before` as in LateOutput.
[[nodiscard]] std::unique_ptr<TopKSink> MakeTopKSink(
    std::vector<BoundPtr> outputs, Schema schema, std::vector<BoundSortKey> keys, uint64_t limit,
    uint64_t skip, BackEnd back_end, MemoryBudget* budget, std::shared_ptr<const Source> source,
    const std::vector<Input>* inputs, SourceCounters* counters = nullptr,
    const QueryControl* control = nullptr, std::vector<size_t> read_before = {});

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_TOP_K_SINK_H_
