// What a query did, for people and for programs.
//
// Owns: the wording of QueryStats. Does not own: the counters (include/ashlar/query.h), nor where
// they are printed.
#ifndef ASHLAR_TOOLS_ASHLAR_QUERY_STATS_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_QUERY_STATS_TEXT_H_

#include <chrono>
#include <optional>
#include <string>

#include "ashlar/query.h"
#include "tools/ashlar/json.h"

namespace ashlar::tools {

struct QueryTimes {
  std::optional<std::chrono::nanoseconds> first_batch;  // none without rows
  std::chrono::nanoseconds whole{};
};

// A few lines, each about one thing.
[[nodiscard]] std::string QueryStatsText(const QueryStats& stats, const QueryTimes& times);
// All members.
[[nodiscard]] Json DescribeQuery(const QueryStats& stats, const QueryTimes& times);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_QUERY_STATS_TEXT_H_
