// QueryRun: a plan at work.
//
// Owns: running the stages one after the other, keeping the results of all but the last as sources
// of the next, and the statistics of the whole. Does not own: planning. Nothing is evaluated before
// the first Next().
#ifndef ASHLAR_SRC_QUERY_QUERY_RUN_H_
#define ASHLAR_SRC_QUERY_QUERY_RUN_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "src/query/plan.h"

namespace ashlar::query {

[[nodiscard]] absl::StatusOr<std::unique_ptr<QueryResult>> StartQuery(
    std::shared_ptr<const Source> source, const std::vector<Query::Step>& steps,
    const QueryOptions& options);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_QUERY_RUN_H_
