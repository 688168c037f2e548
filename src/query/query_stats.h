// Adding up what the tasks of a query did.
#ifndef ASHLAR_SRC_QUERY_QUERY_STATS_H_
#define ASHLAR_SRC_QUERY_QUERY_STATS_H_

#include "ashlar/query.h"
#include "src/query/morsel.h"

namespace ashlar::query {

// All counts of work; not `segments`, `threads` and the peak, which belong to a run as a whole.
void AddStats(const QueryStats& from, QueryStats* to);
void AddStats(const SourceCounters& from, QueryStats* to);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_QUERY_STATS_H_
