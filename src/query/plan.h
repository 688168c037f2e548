// Plan: a query as stages, bound to the columns they read.
//
// Owns: turning the steps of a query into stages (planner.cc) and the bound form that runs. Does
// not own: running (query_run.h, sink_run.h, stream_run.h) or statistics (pruning.h). A stage reads
// one source, unnests, filters, and ends in one thing: streamed columns, aggregates, an order, a
// tail. The first stage reads the query's source, each later one what the stage before it made.
#ifndef ASHLAR_SRC_QUERY_PLAN_H_
#define ASHLAR_SRC_QUERY_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "ashlar/types.h"
#include "src/query/aggregate_sink.h"
#include "src/query/binder.h"
#include "src/query/bound_expression.h"
#include "src/query/control.h"
#include "src/query/morsel.h"
#include "src/query/sort_sink.h"

namespace ashlar {

struct Query::Step {
  enum class Kind : uint8_t {
    kFilter,
    kSelect,
    kAggregate,  // of all rows, or by the keys in `expressions`
    kDistinct,
    kOrderBy,
    kHead,
    kTail,
    kUnnest
  };
  Kind kind = Kind::kFilter;
  std::vector<Expression> expressions = {};
  std::vector<ashlar::Aggregate> aggregates = {};
  std::vector<SortKey> sort = {};
  uint64_t rows = 0;
  uint64_t skip = 0;
  std::string list = {};
  bool keep_empty = false;
};

namespace query {

// A row for each element of a list, of rows that pass the filters.
struct Unnesting {
  std::string path;
  bool keep_empty = false;
  Schema schema;                    // of the rows before
  std::vector<BoundPtr> conjuncts;  // over them
  Inputs inputs;
};

enum class StageKind : uint8_t { kStream, kAggregate, kSort, kTopK, kTail };

struct Stage {
  std::vector<Unnesting> unnestings;
  Schema input_schema;  // after unnesting
  Inputs inputs;        // of all that follows
  // Asked in this order; a row for which one is not true is out, and later ones are not asked.
  std::vector<BoundPtr> conjuncts;
  StageKind kind = StageKind::kStream;
  std::vector<BoundPtr> outputs;  // all kinds but kAggregate
  std::vector<BoundSortKey> sort;
  std::vector<BoundPtr> keys;
  std::vector<std::string> key_names;
  std::vector<BoundAggregate> aggregates;
  uint64_t skip = 0;            // kStream, kTopK
  uint64_t limit = UINT64_MAX;  // kStream, kTopK, kTail
  Schema schema;                // of its result
};

struct Plan {
  std::shared_ptr<const Source> source;
  std::vector<Stage> stages;
};

// Binds everything; reads nothing.
[[nodiscard]] absl::StatusOr<Plan> MakePlan(std::shared_ptr<const Source> source,
                                            const std::vector<Query::Step>& steps);

// The source that the stage's filters see: `source` unnested. `control`, which may be null,
// outlives it.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const Source>> StageSource(
    std::shared_ptr<const Source> source, const Stage& stage, BackEnd back_end,
    const QueryControl* control = nullptr);

}  // namespace query
}  // namespace ashlar

#endif  // ASHLAR_SRC_QUERY_PLAN_H_
