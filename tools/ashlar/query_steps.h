// From what `ashlar query` was asked to the query that does it.
//
// Owns: the order of the steps: unnest, where, group with aggregates, having, select, distinct,
// order by, cut. Does not own: their meaning (include/ashlar/query.h), nor running them.
#ifndef ASHLAR_TOOLS_ASHLAR_QUERY_STEPS_H_
#define ASHLAR_TOOLS_ASHLAR_QUERY_STEPS_H_

#include "ashlar/query.h"
#include "tools/ashlar/options.h"

namespace ashlar::tools {

// `rows` is all of the dataset.
[[nodiscard]] Query BuildQuery(const QueryCommand& command, Query rows);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_QUERY_STEPS_H_
