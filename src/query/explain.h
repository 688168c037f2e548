// Explaining a query: its stages, and what statistics prune before a row is read.
#ifndef ASHLAR_SRC_QUERY_EXPLAIN_H_
#define ASHLAR_SRC_QUERY_EXPLAIN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "src/query/morsel.h"

namespace ashlar::query {

// Opens what the first stage would, and reads its statistics; no rows.
[[nodiscard]] absl::StatusOr<std::string> ExplainQuery(std::shared_ptr<const Source> source,
                                                       const std::vector<Query::Step>& steps);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_EXPLAIN_H_
